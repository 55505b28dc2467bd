package dev.swarm.cli;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Prints what went wrong on stderr, for people or, in a JSON format, for machines. */
final class Failures {
  private final Terminal terminal;

  Failures(Terminal terminal) {
    this.terminal = terminal;
  }

  /** The command was not understood. */
  int usage(ParameterException failure, String[] args) {
    CommandLine command = failure.getCommandLine();
    String message = message(failure).replaceAll("\\R\\s*", " ");
    List<String> meant =
        failure instanceof UnmatchedArgumentException unmatched
            ? unmatched.getSuggestions()
            : List.of();
    String help = command.getCommandSpec().qualifiedName() + " --help";
    String hint =
        meant.isEmpty()
            ? "see " + help
            : "did you mean " + String.join(", ", meant) + "? See " + help;
    return print(CliException.usage(message, hint), wantsJson(args));
  }

  private static String message(ParameterException failure) {
    CommandSpec command = failure.getCommandLine().getCommandSpec();
    if (!(failure instanceof UnmatchedArgumentException unmatched)
        || unmatched.isUnknownOption()
        || command.subcommands().isEmpty()) {
      return String.valueOf(failure.getMessage());
    }
    return command.qualifiedName() + " has no command '" + unmatched.getUnmatched().get(0) + "'";
  }

  /** The command could not be done. */
  int failed(Exception failure, CommandLine command, ParseResult parsed) {
    boolean json = wantsJson(parsed.originalArgs().toArray(String[]::new));
    if (failure instanceof CliException expected) return print(expected, json);
    String text = failure.getClass().getSimpleName() + ": " + failure.getMessage();
    var bug =
        new CliException(
            "UNEXPECTED",
            Exit.REFUSED,
            text,
            List.of(),
            "this is a bug in swarm, please report it");
    return print(bug, json);
  }

  private int print(CliException failure, boolean json) {
    terminal.out().flush();
    terminal.err().println(json ? asJson(failure) : asText(failure));
    return failure.exit().code();
  }

  private static String asText(CliException failure) {
    String message = failure.getMessage().lines().collect(Collectors.joining("\n       "));
    String tried =
        failure.tried().isEmpty() ? "" : ". Asked " + String.join(", ", failure.tried()) + ".";
    String hint = failure.hint() == null ? "" : "\nhint: " + failure.hint();
    return ("error: " + message + tried + hint).replaceAll("[\\p{Cntrl}&&[^\\n]]", " ");
  }

  private static String asJson(CliException failure) {
    var error =
        new JsonObject()
            .put("kind", failure.kind())
            .put("message", failure.getMessage())
            .put("tried", new JsonArray(failure.tried()))
            .put("hint", failure.hint());
    return Json.line(new JsonObject().put("error", error));
  }

  /** Asks the arguments themselves: they may be what was not understood. */
  private static boolean wantsJson(String[] args) {
    String line = " " + String.join(" ", Arrays.asList(args)).replace('=', ' ') + " ";
    return line.matches("(?is).* (-o ?|--output )(json|jsonl) .*");
  }
}
