package dev.swarm.worker;

import java.util.random.RandomGenerator;

/** How long to wait before the next dial: exponential with full jitter, 100 ms to 8 s. */
final class Backoff {
  /** Most that is waited before the first repetition. */
  static final int FIRST_MILLIS = 100;

  /** Most that is waited between two dials of our own accord. */
  static final int MOST_MILLIS = 8_000;

  private final RandomGenerator random;
  private int ceilingMillis = FIRST_MILLIS;

  Backoff(RandomGenerator random) {
    this.random = random;
  }

  /** The wait before the next dial; the one after that may be twice as long. */
  int nextMillis() {
    int drawn = 1 + random.nextInt(ceilingMillis);
    ceilingMillis = Math.min(MOST_MILLIS, ceilingMillis * 2);
    return drawn;
  }

  /** The wait when a manager said when to come again: not before that, and spread after it. */
  int nextMillis(int retryAfterMillis) {
    return retryAfterMillis + nextMillis();
  }

  /** A wait of 8 to 16 s, for what a quick repetition would only make worse. */
  int longMillis() {
    ceilingMillis = MOST_MILLIS;
    return MOST_MILLIS + random.nextInt(MOST_MILLIS);
  }

  /** A session has lived for a while: the next trouble is a new one. */
  void reset() {
    ceilingMillis = FIRST_MILLIS;
  }
}
