package dev.swarm.worker;

/**
 * How long a dial may go without a Welcome. Longer after each that was not welcomed: who dials
 * again while a manager is still busy with a crowd makes the crowd larger.
 */
final class WelcomePatience {
  /** Most that it becomes, in times of what it begins with. */
  static final int MOST_TIMES = 8;

  private final long firstMillis;
  private int times = 1;

  WelcomePatience(long firstMillis) {
    this.firstMillis = firstMillis;
  }

  /** How long to wait this time. */
  long millis() {
    return firstMillis * times;
  }

  /** No Welcome came in time. */
  void notWelcomed() {
    times = Math.min(MOST_TIMES, 2 * times);
  }

  /** One came. */
  void welcomed() {
    times = 1;
  }
}
