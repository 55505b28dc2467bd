package dev.swarm.rebalance;

import dev.swarm.model.ClusterState;
import dev.swarm.model.Worker;
import dev.swarm.model.WorkerId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Moves that workers were asked to make and of which nothing is known yet. */
final class OpenMoves {
  /** A worker that has not gone by then stays. */
  static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(10);

  /** What became of a move. */
  enum End {
    /** The worker is where it was asked to go. */
    DONE,
    /** It has a session elsewhere, or none any more. */
    ELSEWHERE,
    /** It has not gone. */
    STAYED
  }

  private record Open(PlannedMove move, long session, long untilNanos) {}

  private final Map<WorkerId, Open> open = new LinkedHashMap<>();
  private final Map<String, Integer> shifts = new HashMap<>();
  private final Map<String, Integer> arrivals = new HashMap<>();
  private final Map<End, Integer> ended = new HashMap<>();

  void ask(PlannedMove move, long session, long nowNanos) {
    open.put(move.worker(), new Open(move, session, nowNanos + PATIENCE_NANOS));
    shift(move, 1);
  }

  private void shift(PlannedMove move, int count) {
    shifts.merge(move.holder(), -count, Integer::sum);
    shifts.merge(move.target(), count, Integer::sum);
    arrivals.merge(move.target(), count, Integer::sum);
  }

  boolean holds(WorkerId worker) {
    return open.containsKey(worker);
  }

  int size() {
    return open.size();
  }

  /** Moves to a manager. */
  int to(String manager) {
    return arrivals.getOrDefault(manager, 0);
  }

  /** By how many workers a manager changes when all are done. */
  int shift(String manager) {
    return shifts.getOrDefault(manager, 0);
  }

  /** A worker's record has changed. */
  void changed(Worker now) {
    Open asked = open.get(now.id());
    if (asked == null || !now.down() && now.session().number() == asked.session()) return;
    boolean there = !now.down() && now.session().manager().equals(asked.move().target());
    end(asked, there ? End.DONE : End.ELSEWHERE);
  }

  /** Any record may have changed. */
  void reconcile(ClusterState state) {
    for (WorkerId worker : List.copyOf(open.keySet())) {
      Worker now = state.workers().get(worker);
      if (now == null) end(open.get(worker), End.ELSEWHERE);
      else changed(now);
    }
  }

  /** Gives those up whose time is over; returns them. */
  List<PlannedMove> expire(long nowNanos) {
    List<PlannedMove> stayed = new ArrayList<>();
    for (Open asked : open.values()) {
      if (asked.untilNanos() > nowNanos) break; // in the order in which they were asked
      stayed.add(asked.move());
    }
    for (PlannedMove move : stayed) end(open.get(move.worker()), End.STAYED);
    return stayed;
  }

  private void end(Open asked, End end) {
    open.remove(asked.move().worker());
    shift(asked.move(), -1);
    ended.merge(end, 1, Integer::sum);
  }

  /** How many ended in which way since this was last asked. */
  Map<End, Integer> takeEnded() {
    Map<End, Integer> taken = Map.copyOf(ended);
    ended.clear();
    return taken;
  }
}
