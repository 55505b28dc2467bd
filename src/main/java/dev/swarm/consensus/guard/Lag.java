package dev.swarm.consensus.guard;

import java.util.ArrayDeque;
import java.util.Deque;

/** How often, lately, a log was behind another for long. */
final class Lag {
  private static final long NONE = -1;

  private final Deque<Long> slow = new ArrayDeque<>();
  private long awaited = NONE;
  private long sinceNanos;
  private boolean counted;

  /**
   * To be called a few times a second.
   *
   * @param ahead the newest entry there
   * @param reached the newest entry here
   */
  void look(long ahead, long reached, long nowNanos) {
    if (awaited != NONE && reached >= awaited) awaited = NONE;
    if (awaited == NONE && ahead > reached) {
      awaited = ahead;
      sinceNanos = nowNanos;
      counted = false;
    }
    if (waited(nowNanos) >= SlowSync.SLOW_NANOS && !counted) {
      counted = true;
      slow.add(nowNanos);
    }
    while (!slow.isEmpty() && nowNanos - slow.peek() > SlowSync.WINDOW_NANOS) slow.poll();
  }

  /** Entries within the window that were slow. */
  int slowEntries() {
    return slow.size();
  }

  /** How long the entry that is awaited now has been. */
  long waited(long nowNanos) {
    return awaited == NONE ? 0 : nowNanos - sinceNanos;
  }

  void forget() {
    slow.clear();
    awaited = NONE;
  }
}
