package dev.swarm.config;

import java.util.List;
import java.util.stream.Collectors;

/** A configuration that cannot be used; its message has one line for each problem. */
public final class ConfigException extends RuntimeException {
  private final List<Problem> problems;

  /** All that is wrong, in the order in which it stands in the file. */
  public ConfigException(List<Problem> problems) {
    super(
        problems.stream().map(Problem::toString).collect(Collectors.joining("\n")),
        null,
        false,
        false);
    this.problems = List.copyOf(problems);
  }

  /** All that is wrong. */
  public List<Problem> problems() {
    return problems;
  }

  static void throwIfAny(List<Problem> problems) {
    if (!problems.isEmpty()) throw new ConfigException(problems);
  }
}
