package dev.swarm.consensus.guard;

import java.util.HashMap;
import java.util.Map;

/**
 * Followers that can only go on from a snapshot of ours, and for long do not: the newest one on our
 * disk may be damaged, and another one would come only with many more entries.
 */
final class LeftBehind {
  /** So long a follower may wait for its snapshot. */
  static final long PATIENCE_NANOS = 30_000_000_000L;

  /** Another snapshot for that reason is taken so long after one, at the earliest. */
  static final long REST_NANOS = 300_000_000_000L;

  /** One that is busy with our snapshots may answer late; silent for so long, it is away. */
  static final long ABSENT_NANOS = 15_000_000_000L;

  private record Wait(long sinceNanos, long seenNanos) {
    Wait seen(long nowNanos) {
      return new Wait(sinceNanos, nowNanos);
    }

    /** It answers, and has waited for too long. */
    boolean isOverdue(long nowNanos) {
      return seenNanos == nowNanos && nowNanos - sinceNanos >= PATIENCE_NANOS;
    }
  }

  private final Map<String, Wait> waiting = new HashMap<>();
  private boolean taken;
  private long takenNanos;

  /** To be called a few times a second while we lead; whether a new snapshot may help. */
  boolean look(Observation seen, long nowNanos) {
    seen.followers().forEach(follower -> note(follower.peer(), seen.lacks(follower), nowNanos));
    waiting.values().removeIf(wait -> nowNanos - wait.seenNanos() >= ABSENT_NANOS);
    boolean resting = taken && nowNanos - takenNanos < REST_NANOS;
    if (resting || waiting.values().stream().noneMatch(wait -> wait.isOverdue(nowNanos))) {
      return false;
    }
    taken = true;
    takenNanos = nowNanos;
    return true;
  }

  private void note(String follower, boolean waits, long nowNanos) {
    if (waits)
      waiting.merge(follower, new Wait(nowNanos, nowNanos), (since, now) -> since.seen(nowNanos));
    else waiting.remove(follower);
  }

  /** We do not lead, or stood still. */
  void forget() {
    waiting.clear();
  }
}
