package dev.swarm.consensus.guard;

/**
 * Tells a disk that is slower than that of a follower: entries that the follower already has are
 * not yet on our own disk, while the follower does not keep us waiting for what it was sent. Where
 * all disks are slow it says nothing, because another leader would be no better.
 */
final class SlowSync {
  /** An entry that waits so long for a disk is slow. */
  static final long SLOW_NANOS = 240_000_000L;

  /** So many slow ones within the window are a slow disk. */
  static final int SLOW_ENTRIES = 5;

  /** See {@link #SLOW_ENTRIES}. */
  static final long WINDOW_NANOS = 20_000_000_000L;

  /** One entry that waits so long is a disk that stands still. */
  static final long STUCK_NANOS = 3_000_000_000L;

  /** The follower must have been slow this many times more seldom. */
  private static final int BETTER = 3;

  private final Lag ours = new Lag();
  private final Lag theirs = new Lag();

  /**
   * To be called a few times a second while we lead.
   *
   * @param follower the one that is furthest
   * @param flushed the newest entry on our disk
   * @return whether our disk is the slow one
   */
  boolean look(Observation.Follower follower, long flushed, long nowNanos) {
    ours.look(follower.matched(), flushed, nowNanos);
    theirs.look(follower.sent(), follower.matched(), nowNanos);
    boolean stuck = ours.waited(nowNanos) >= STUCK_NANOS;
    boolean slow = ours.slowEntries() >= SLOW_ENTRIES;
    return (stuck || slow) && theirs.slowEntries() * BETTER <= ours.slowEntries();
  }

  /** What was seen before does not count: we were away, or do not lead. */
  void forget() {
    ours.forget();
    theirs.forget();
  }
}
