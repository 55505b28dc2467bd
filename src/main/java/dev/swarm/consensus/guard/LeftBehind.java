package dev.swarm.consensus.guard;

/**
 * Followers that can only go on from a snapshot of ours, and for long do not: the newest one on our
 * disk may be damaged, and another one would come only with many more entries.
 */
final class LeftBehind {
  /** So long a follower may wait for its snapshot. */
  static final long PATIENCE_NANOS = 30_000_000_000L;

  /** Another snapshot for that reason is taken so long after one, at the earliest. */
  static final long REST_NANOS = 300_000_000_000L;

  private long servedNanos;
  private boolean taken;
  private long takenNanos;

  /** To be called a few times a second while we lead; whether a new snapshot may help. */
  boolean look(Observation seen, long nowNanos) {
    if (!seen.leavesBehind()) forget(nowNanos);
    boolean resting = taken && nowNanos - takenNanos < REST_NANOS;
    if (resting || nowNanos - servedNanos < PATIENCE_NANOS) return false;
    taken = true;
    takenNanos = nowNanos;
    return true;
  }

  /** Nobody waits now, or we do not lead. */
  void forget(long nowNanos) {
    servedNanos = nowNanos;
  }
}
