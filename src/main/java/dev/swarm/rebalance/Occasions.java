package dev.swarm.rebalance;

import dev.swarm.model.ManagerInfo;
import dev.swarm.model.ManagerState;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * When workers are balanced: a manager joins, is back, is weighted or activated, and nobody else is
 * about to be. Who goes is no occasion, and neither is a drift of the numbers.
 */
final class Occasions {
  /** An occasion on which everybody is so near to its share, or one off, passes. */
  private static final double NEAR = 0.02;

  /**
   * What a new leader finds may be the mere scatter of workers that chose by chance: up to so many
   * times the square root of a share. It touches that no more than the former leader did.
   */
  private static final double SCATTER = 3;

  /** No chance leaves a manager without workers that should have so many: one in 150. */
  private static final int NEVER_EMPTY = 5;

  /** A new leader has heard of its workers by then, or not soon. */
  private static final long GATHER_NANOS = TimeUnit.SECONDS.toNanos(30);

  private final Fleet fleet;
  private final Attendance attendance;
  private final long begunNanos;

  /** Shares that workers are balanced for. */
  private Map<String, Integer> balancedFor = new TreeMap<>();

  /** Shares that this leader has found and not seen balanced yet. */
  private final Map<String, Integer> found = new HashMap<>();

  Occasions(Fleet fleet, Attendance attendance, long nowNanos) {
    this.fleet = fleet;
    this.attendance = attendance;
    begunNanos = nowNanos;
    for (ManagerInfo manager : fleet.managers()) {
      if (manager.state() == ManagerState.ACTIVE) found.put(manager.id(), manager.share());
    }
  }

  /** Shares of the managers among which workers are balanced: 0 of those that shall have none. */
  Map<String, Integer> settledShares(long nowNanos) {
    Map<String, Integer> shares = new TreeMap<>();
    for (ManagerInfo manager : fleet.managers()) {
      boolean settled = attendance.steady(manager.id(), nowNanos);
      if (manager.state() == ManagerState.ACTIVE && settled) {
        shares.put(manager.id(), manager.share());
      }
    }
    return shares;
  }

  /**
   * To be called with every look: who is away now is new when it is back, also if that must wait.
   */
  void look(long nowNanos) {
    balancedFor.keySet().retainAll(settledShares(nowNanos).keySet());
  }

  /** Whether a share is new or different, and nobody just arrives or is to. */
  boolean arisen(Map<String, Integer> shares, Set<String> reachable, long nowNanos) {
    return shares.entrySet().stream().anyMatch(this::different)
        && !attendance.expecting(nowNanos)
        && !gathering(nowNanos)
        && reachable.stream().noneMatch(id -> attendance.arriving(id, nowNanos));
  }

  private boolean different(Map.Entry<String, Integer> share) {
    return !share.getValue().equals(balancedFor.get(share.getKey()));
  }

  /** Workers of the former leader may still be on their way to others. */
  private boolean gathering(long nowNanos) {
    return fleet.state().workerCounts().unknown() > 0 && nowNanos - begunNanos < GATHER_NANOS;
  }

  /**
   * Workers are balanced for these shares from now on.
   *
   * @return whether all that is different was so when this leader began
   */
  boolean take(Map<String, Integer> shares) {
    boolean asFound =
        shares.entrySet().stream()
            .filter(this::different)
            .allMatch(share -> share.getValue().equals(found.get(share.getKey())));
    found.keySet().removeAll(shares.keySet());
    balancedFor = new TreeMap<>(shares);
    return asFound;
  }

  /** Whether a manager that has so many workers is too far from its quota to leave it at that. */
  static boolean off(int level, int quota, boolean asFound) {
    if (quota == 0 || level == 0 && quota >= NEVER_EMPTY) return level != quota;
    double near = asFound ? SCATTER * Math.sqrt(quota) : NEAR * quota;
    return Math.abs(level - quota) > near + 1;
  }
}
