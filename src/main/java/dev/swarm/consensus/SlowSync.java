package dev.swarm.consensus;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Tells a disk that is slower than that of a follower, from how long an entry that a follower
 * already has is not yet on our own disk. Where all disks are slow, or none is behind, it says
 * nothing: then another leader would be no better.
 */
final class SlowSync {
  /** An entry that waits so long for our disk, and not for a follower's, is slow. */
  static final long SLOW_NANOS = 240_000_000L;

  /** So many slow ones within the window are a slow disk. */
  static final int SLOW_ENTRIES = 5;

  /** See {@link #SLOW_ENTRIES}. */
  static final long WINDOW_NANOS = 20_000_000_000L;

  /** One entry that waits so long is a disk that stands still. */
  static final long STUCK_NANOS = 3_000_000_000L;

  private static final long NONE = -1;

  private final Deque<Long> slow = new ArrayDeque<>();
  private long awaited = NONE;
  private long sinceNanos;
  private boolean counted;

  /**
   * To be called a few times a second while we lead.
   *
   * @param ahead the newest entry that a living follower has on its disk
   * @param flushed the newest entry on ours
   * @return whether our disk is the slow one
   */
  boolean look(long ahead, long flushed, long nowNanos) {
    if (awaited != NONE && flushed >= awaited) awaited = NONE;
    if (awaited == NONE && ahead > flushed) begin(ahead, nowNanos);
    if (awaited != NONE && !counted && nowNanos - sinceNanos >= SLOW_NANOS) {
      counted = true;
      slow.add(nowNanos);
    }
    while (!slow.isEmpty() && nowNanos - slow.peek() > WINDOW_NANOS) slow.poll();
    boolean stuck = awaited != NONE && nowNanos - sinceNanos >= STUCK_NANOS;
    return stuck || slow.size() >= SLOW_ENTRIES;
  }

  private void begin(long ahead, long nowNanos) {
    awaited = ahead;
    sinceNanos = nowNanos;
    counted = false;
  }

  /** What was seen before does not count: we were away, or do not lead. */
  void forget() {
    slow.clear();
    awaited = NONE;
  }
}
