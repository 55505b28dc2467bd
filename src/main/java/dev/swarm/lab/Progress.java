package dev.swarm.lab;

/**
 * Tells on stderr how far long work is: one line that changes on a terminal, few lines elsewhere.
 */
final class Progress {
  private static final long QUIET_MILLIS = 5_000;

  private final long begin = System.nanoTime();
  private final boolean terminal = System.console() != null;
  private long lastMillis = -QUIET_MILLIS;
  private boolean open;

  /** A step is reached: always a line. */
  void step(String text) {
    finishLine();
    System.err.printf("%6.1f s  %s%n", seconds(), text);
    lastMillis = millis();
  }

  /** Something moves on: shown at once on a terminal, every five seconds elsewhere. */
  void tick(String text) {
    if (terminal) {
      System.err.printf("\r%6.1f s  %-70s", seconds(), text);
      open = true;
    } else if (millis() - lastMillis >= QUIET_MILLIS) {
      step(text);
    }
  }

  private void finishLine() {
    if (open) System.err.println();
    open = false;
  }

  private double seconds() {
    return millis() / 1_000.0;
  }

  private long millis() {
    return (System.nanoTime() - begin) / 1_000_000;
  }
}
