package dev.swarm.rebalance;

import dev.swarm.model.Change;
import dev.swarm.model.ClusterState;
import dev.swarm.model.ManagerInfo;
import dev.swarm.model.ManagerState;
import dev.swarm.model.Worker;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Who holds which workers: what is committed, and how it will be when all that were asked have
 * moved.
 */
final class Fleet {
  private final Occupancy occupancy = new Occupancy();
  private final OpenMoves moves = new OpenMoves();
  private final Strays strays = new Strays();
  private ClusterState state;

  Fleet(ClusterState state) {
    replaced(state);
  }

  /** Follows one entry of the log. */
  void follow(ClusterState next, List<Change> changes) {
    state = next;
    occupancy.follow(changes);
    strays.follow(next, changes);
    if (moves.size() == 0) return;
    for (Change change : changes) {
      if (change instanceof Change.WorkerChanged worker) moves.changed(worker.after());
    }
  }

  /** Follows a jump of the log. */
  void replaced(ClusterState next) {
    state = next;
    occupancy.recount(next);
    moves.reconcile(next);
  }

  /** What is committed. */
  ClusterState state() {
    return state;
  }

  Collection<ManagerInfo> managers() {
    return state.managers().values();
  }

  /** Whether the manager loses all its workers. */
  boolean givesUp(String id) {
    ManagerInfo manager = state.managers().get(id);
    return manager != null && givesUp(manager.state());
  }

  private static boolean givesUp(ManagerState state) {
    return switch (state) {
      case DRAINING, RETIRING, STOPPING, LEAVING -> true;
      case JOINING, ACTIVE -> false;
    };
  }

  /** Moves that were asked for and are not settled. */
  OpenMoves moves() {
    return moves;
  }

  /** Workers that came where none should. */
  Strays strays() {
    return strays;
  }

  /** A worker is asked to move. */
  PlannedMove ask(Worker worker, String target, String reason, long nowNanos) {
    PlannedMove move = new PlannedMove(worker.session().manager(), worker.id(), target, reason);
    strays.asked(worker.id());
    moves.ask(move, worker.session().number(), nowNanos);
    return move;
  }

  /** Sessions that the manager holds. */
  int held(String manager) {
    return occupancy.of(manager);
  }

  /** Workers that the manager holds when all that were asked have moved. */
  int level(String manager) {
    return occupancy.of(manager) + moves.shift(manager);
  }

  /** The same of several. */
  Map<String, Integer> levels(Set<String> managers) {
    Map<String, Integer> levels = new TreeMap<>();
    for (String manager : managers) levels.put(manager, level(manager));
    return levels;
  }

  /** The same of all. */
  Map<String, Integer> levels() {
    return levels(state.managers().keySet());
  }
}
