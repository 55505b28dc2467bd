package dev.swarm.lab;

import java.time.Duration;
import java.util.List;

/** A trial that is run again and again, within a time limit. */
final class Rounds {
  private Rounds() {}

  /** One of them. */
  interface Round {
    /** Returns what did not hold, a line each. */
    List<String> run(int number) throws Exception;
  }

  /**
   * Runs them until something does not hold; no new one after so many minutes, and that is held
   * against it, too: what was asked for has not been tried.
   */
  static List<String> run(int times, int minutes, Round round) throws Exception {
    long end = System.nanoTime() + Duration.ofMinutes(minutes).toNanos();
    for (int i = 1; i <= times; i++) {
      if (System.nanoTime() - end >= 0) return List.of(late(i - 1, times, minutes));
      List<String> wrong = round.run(i);
      if (!wrong.isEmpty()) return wrong;
    }
    return List.of();
  }

  private static String late(int done, int times, int minutes) {
    return "only " + done + " of " + times + " done in " + minutes + " minutes";
  }
}
