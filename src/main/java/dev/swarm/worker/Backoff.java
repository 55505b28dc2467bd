package dev.swarm.worker;

import java.util.random.RandomGenerator;

/**
 * How long to wait before the next dial: exponential with full jitter, 100 ms to 8 s. Much longer
 * where another process holds the worker's id.
 */
final class Backoff {
  /** Most that is waited before the first repetition. */
  static final int FIRST_MILLIS = 100;

  /** Most that is waited between two dials of our own accord. */
  static final int MOST_MILLIS = 8_000;

  /** Least that is waited when another process first takes the worker's id. */
  static final int RIVAL_FIRST_MILLIS = 30_000;

  /** Least that is waited when it still has it after many tries. */
  static final int RIVAL_MOST_MILLIS = 15 * 60_000;

  private final RandomGenerator random;
  private int ceilingMillis = FIRST_MILLIS;
  private int rivalMillis = RIVAL_FIRST_MILLIS;

  Backoff(RandomGenerator random) {
    this.random = random;
  }

  /** The wait before the next dial; the one after that may be twice as long. */
  int nextMillis() {
    int drawn = 1 + random.nextInt(ceilingMillis);
    ceilingMillis = Math.min(MOST_MILLIS, ceilingMillis * 2);
    return drawn;
  }

  /**
   * The wait when the managers said when to come again: not before that, and hardly after it,
   * because they spread those that they tell. That they have much to do is no failure.
   */
  int toldMillis(int retryAfterMillis) {
    return retryAfterMillis > 0
        ? retryAfterMillis + random.nextInt(FIRST_MILLIS)
        : FIRST_MILLIS + nextMillis();
  }

  /** The wait while another process has our id, longer each time; up to a half more than least. */
  int rivalMillis() {
    int least = rivalMillis;
    rivalMillis = Math.min(RIVAL_MOST_MILLIS, rivalMillis * 2);
    return least + random.nextInt(least / 2);
  }

  /** A session has lived for so long that whoever had our id is gone. */
  void resetRival() {
    rivalMillis = RIVAL_FIRST_MILLIS;
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
