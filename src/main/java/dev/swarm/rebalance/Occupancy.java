package dev.swarm.rebalance;

import dev.swarm.model.Change;
import dev.swarm.model.ClusterState;
import dev.swarm.model.Worker;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** How many sessions that have not ended each manager holds: counted once, then kept. */
public final class Occupancy {
  private final Map<String, Integer> held = new HashMap<>();

  /** Counts anew. */
  public void recount(ClusterState state) {
    held.clear();
    for (Worker worker : state.workers().values()) add(worker, 1);
  }

  /** Follows what one log entry changed. */
  public void follow(List<Change> changes) {
    for (Change change : changes) {
      if (!(change instanceof Change.WorkerChanged worker)) continue;
      if (worker.before() != null) add(worker.before(), -1);
      add(worker.after(), 1);
    }
  }

  private void add(Worker worker, int count) {
    if (!worker.down()) held.merge(worker.session().manager(), count, Integer::sum);
  }

  /** Sessions that this manager holds. */
  public int of(String manager) {
    return held.getOrDefault(manager, 0);
  }
}
