package dev.swarm.consensus.guard;

/**
 * When leadership may be handed over again: after it went to another, at most once in a growing
 * time, so that two managers with the same trouble do not pass it to and fro; after an attempt that
 * failed, soon. Outlives the log: one that is opened again does not begin anew.
 */
public final class HandOvers {
  /** The least time between two hand-overs; doubled by each that succeeds, up to the most. */
  static final long LEAST_REST_NANOS = 5_000_000_000L;

  /** See {@link #LEAST_REST_NANOS}. */
  static final long MOST_REST_NANOS = 960_000_000_000L;

  /**
   * The most after attempts that failed, each of which doubles the wait, too: while one is under
   * way the leader takes no commands.
   */
  static final long MOST_RETRY_NANOS = 30_000_000_000L;

  private boolean tried;
  private long triedNanos;
  private long retryNanos;
  private boolean ever;
  private long lastNanos;
  private long restNanos = LEAST_REST_NANOS;

  /** Whether it is too early for another. */
  boolean resting(long nowNanos) {
    return tried && nowNanos - triedNanos < retryNanos || ever && nowNanos - lastNanos < restNanos;
  }

  /** There is an attempt now. */
  void begin(long nowNanos) {
    boolean again = tried && nowNanos - triedNanos <= 2 * MOST_RETRY_NANOS;
    retryNanos = again ? Math.min(MOST_RETRY_NANOS, 2 * retryNanos) : LEAST_REST_NANOS;
    tried = true;
    triedNanos = nowNanos;
  }

  /** We do not lead: an attempt of late has succeeded. */
  void gone(long nowNanos) {
    if (!tried) return;
    tried = false;
    if (nowNanos - triedNanos > MOST_RETRY_NANOS) return;
    boolean longAgo = ever && nowNanos - lastNanos > 2 * MOST_REST_NANOS;
    restNanos = !ever || longAgo ? LEAST_REST_NANOS : Math.min(MOST_REST_NANOS, 2 * restNanos);
    ever = true;
    lastNanos = triedNanos;
  }
}
