package dev.swarm.consensus.guard;

/**
 * When leadership may be handed over again: at most once in a growing time, so that two managers
 * with the same trouble do not pass it to and fro. Outlives the log: one that is opened again does
 * not begin anew.
 */
public final class HandOvers {
  /**
   * The least time between two hand-overs, for one that failed; doubled by each, up to the most.
   */
  static final long LEAST_REST_NANOS = 5_000_000_000L;

  /** See {@link #LEAST_REST_NANOS}. */
  static final long MOST_REST_NANOS = 960_000_000_000L;

  private boolean ever;
  private long lastNanos;
  private long restNanos = LEAST_REST_NANOS;

  /** Whether it is too early for another. */
  boolean resting(long nowNanos) {
    return ever && nowNanos - lastNanos < restNanos;
  }

  /** There is one now. */
  void begin(long nowNanos) {
    boolean longAgo = ever && nowNanos - lastNanos > 2 * MOST_REST_NANOS;
    restNanos = !ever || longAgo ? LEAST_REST_NANOS : Math.min(MOST_REST_NANOS, 2 * restNanos);
    ever = true;
    lastNanos = nowNanos;
  }
}
