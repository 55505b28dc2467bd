package dev.swarm.rebalance;

import dev.swarm.model.ManagerInfo;
import dev.swarm.model.ManagerState;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * Who of the managers is there, since when, and who is to come back. One that is back gets workers
 * again when it has stayed for a while; one that comes and goes must stay longer each time, or it
 * would shake the fleet.
 */
final class Attendance {
  /** So long a manager must be reachable before workers are sent back to it. */
  static final long SETTLE_NANOS = TimeUnit.SECONDS.toNanos(5);

  /** The same of one that comes and goes, at most. */
  static final long MOST_NANOS = TimeUnit.SECONDS.toNanos(60);

  /** Who was there for so long comes and goes no more. */
  static final long CALM_NANOS = TimeUnit.MINUTES.toNanos(5);

  /** A process that was told to end is back by then, or not soon. */
  static final long BACK_NANOS = TimeUnit.SECONDS.toNanos(30);

  private static final class Stay {
    boolean here;
    boolean announced;
    long sinceNanos;
    long patienceNanos = SETTLE_NANOS;
  }

  private final Map<String, Stay> stays = new HashMap<>();

  /** Since when managers have been STOPPING. */
  private final Map<String, Long> stopping = new HashMap<>();

  /** Notes who can be reached now, and who has said that its process ends. */
  void look(Collection<ManagerInfo> managers, Set<String> reachable, long nowNanos) {
    for (String id : reachable) arrive(id, nowNanos);
    stays.forEach((id, stay) -> stay.here = reachable.contains(id));
    Set<String> now =
        managers.stream()
            .filter(manager -> manager.state() == ManagerState.STOPPING)
            .map(ManagerInfo::id)
            .collect(Collectors.toSet());
    stopping.keySet().retainAll(now);
    for (String id : now) {
      boolean first = stopping.putIfAbsent(id, nowNanos) == null;
      if (first || !reachable.contains(id)) announced(id);
    }
  }

  private void arrive(String id, long nowNanos) {
    Stay stay = stays.get(id);
    if (stay != null && stay.here) {
      if (nowNanos - stay.sinceNanos > CALM_NANOS) stay.patienceNanos = SETTLE_NANOS;
      return;
    }
    if (stay == null) stays.put(id, stay = new Stay());
    else if (!stay.announced) stay.patienceNanos = Math.min(MOST_NANOS, 2 * stay.patienceNanos);
    stay.announced = false;
    stay.sinceNanos = nowNanos;
  }

  /** That it comes back is no unrest. */
  private void announced(String id) {
    Stay stay = stays.get(id);
    if (stay != null) stay.announced = true;
  }

  /** Whether it has been there for long enough. */
  boolean steady(String id, long nowNanos) {
    Stay stay = stays.get(id);
    return stay != null && stay.here && nowNanos - stay.sinceNanos >= stay.patienceNanos;
  }

  /** Whether it has just come, so that there may be more to come. */
  boolean arriving(String id, long nowNanos) {
    Stay stay = stays.get(id);
    return stay != null && stay.here && nowNanos - stay.sinceNanos < SETTLE_NANOS;
  }

  /** Whether somebody has said that it ends, and will be back soon, and then get its share. */
  boolean expecting(long nowNanos) {
    return stopping.values().stream().anyMatch(since -> nowNanos - since < BACK_NANOS);
  }
}
