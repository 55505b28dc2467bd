package dev.swarm.cli;

/** A little colour for words that say the same without it. */
final class Paint {
  private Paint() {}

  static String word(String word) {
    int colour =
        switch (word) {
          case "UP", "COMPLETE", "yes" -> 32;
          case "UNKNOWN", "PENDING", "ASSIGNED", "RUNNING" -> 33;
          case "DOWN", "FAILED", "REJECTED", "LOST", "NO" -> 31;
          default -> 0;
        };
    return colour == 0 ? word : "\u001b[" + colour + "m" + word + "\u001b[0m";
  }
}
