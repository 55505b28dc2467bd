package dev.swarm.cli;

import dev.swarm.model.TimeSource;
import java.io.Console;
import java.io.PrintStream;
import java.util.Map;
import java.util.function.LongConsumer;
import java.util.function.Supplier;

/**
 * What a command finds around it.
 *
 * @param out data
 * @param err progress and errors
 * @param environment variables
 * @param interactive whether a person looks at {@code out}
 * @param pause waits so many milliseconds
 * @param answer what the person types next; null when there is no more
 */
record Terminal(
    PrintStream out,
    PrintStream err,
    Map<String, String> environment,
    boolean interactive,
    TimeSource time,
    LongConsumer pause,
    Supplier<String> answer) {

  /** Whether a person looks at the output of this process. */
  static boolean isWatched() {
    Console console = System.console();
    if (console == null) return false;
    try { // Java 22 gives a console to everyone, and a method that tells.
      return (boolean) Console.class.getMethod("isTerminal").invoke(console);
    } catch (ReflectiveOperationException e) {
      return true;
    }
  }
}
