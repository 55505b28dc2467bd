package dev.swarm.cli;

import java.util.List;

/** A command that could not do what was asked: what happened, who was asked, what to do next. */
final class CliException extends RuntimeException {
  private final String kind;
  private final Exit exit;
  private final List<String> tried;
  private final String hint;

  CliException(String kind, Exit exit, String message, List<String> tried, String hint) {
    super(message, null, false, false);
    this.kind = kind;
    this.exit = exit;
    this.tried = List.copyOf(tried);
    this.hint = hint;
  }

  static CliException usage(String message, String hint) {
    return new CliException("USAGE", Exit.USAGE, message, List.of(), hint);
  }

  static CliException notFound(String message, String hint) {
    return new CliException("NOT_FOUND", Exit.NOT_FOUND, message, List.of(), hint);
  }

  String kind() {
    return kind;
  }

  Exit exit() {
    return exit;
  }

  List<String> tried() {
    return tried;
  }

  String hint() {
    return hint;
  }
}
