package dev.swarm.rebalance;

import dev.swarm.model.Worker;
import dev.swarm.model.WorkerId;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Which takers the workers of managers that give up could not get to. Whoever could get to none of
 * them is stuck for a while, and nobody waits for it.
 */
final class Misses {
  /** A worker that gets to none of the takers is asked again after so long. */
  private static final long STUCK_NANOS = TimeUnit.SECONDS.toNanos(60);

  private final Fleet fleet;
  private final Map<WorkerId, Set<String>> missed = new HashMap<>();
  private final Map<WorkerId, Long> stuckUntil = new HashMap<>();

  Misses(Fleet fleet) {
    this.fleet = fleet;
  }

  /** The worker of this move has stayed where it was. */
  void add(PlannedMove move, Set<String> takers, long nowNanos) {
    Set<String> targets = missed.computeIfAbsent(move.worker(), first -> new HashSet<>());
    targets.add(move.target());
    if (takers.isEmpty() || !targets.containsAll(takers)) return;
    missed.remove(move.worker());
    stuckUntil.put(move.worker(), nowNanos + STUCK_NANOS);
  }

  /** Takers that the worker could not get to. */
  Set<String> of(WorkerId worker) {
    return missed.getOrDefault(worker, Set.of());
  }

  /** Whether nobody waits for the worker now. */
  boolean stuck(WorkerId worker) {
    return stuckUntil.containsKey(worker);
  }

  /** How many workers of the manager are stuck. */
  long stuckOn(String manager) {
    return stuckUntil.keySet().stream()
        .filter(id -> fleet.state().workers().get(id).session().manager().equals(manager))
        .count();
  }

  /** Lets those go that were stuck for long enough, or are elsewhere. */
  void expire(long nowNanos) {
    stuckUntil.entrySet().removeIf(stuck -> !isStuck(stuck.getKey(), stuck.getValue(), nowNanos));
  }

  private boolean isStuck(WorkerId id, long untilNanos, long nowNanos) {
    Worker worker = fleet.state().workers().get(id);
    return worker != null
        && !worker.down()
        && nowNanos - untilNanos < 0
        && fleet.givesUp(worker.session().manager());
  }

  /** Nobody gives workers up: what was missed is over. */
  void clear() {
    missed.clear();
  }
}
