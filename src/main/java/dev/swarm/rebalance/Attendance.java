package dev.swarm.rebalance;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Since when each manager can be reached. One that is back gets workers again when it has stayed
 * for a while; one that comes and goes must stay longer each time, or it would shake the fleet.
 */
final class Attendance {
  /** So long a manager must be reachable before workers are sent back to it. */
  static final long SETTLE_NANOS = TimeUnit.SECONDS.toNanos(5);

  /** The same of one that comes and goes, at most. */
  static final long MOST_NANOS = TimeUnit.SECONDS.toNanos(60);

  /** Who was there for so long comes and goes no more. */
  static final long CALM_NANOS = TimeUnit.MINUTES.toNanos(5);

  private static final class Stay {
    boolean here;
    boolean announced;
    long sinceNanos;
    long patienceNanos = SETTLE_NANOS;
  }

  private final Map<String, Stay> stays = new HashMap<>();

  /** Notes who can be reached now. */
  void look(Set<String> reachable, long nowNanos) {
    for (String id : reachable) arrive(id, nowNanos);
    stays.forEach((id, stay) -> stay.here = reachable.contains(id));
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

  /** The manager has said that its process ends: that it comes back is no unrest. */
  void announced(String id) {
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
}
