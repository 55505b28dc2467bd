package dev.swarm.rebalance;

import dev.swarm.model.Change;
import dev.swarm.model.ClusterState;
import dev.swarm.model.ManagerInfo;
import dev.swarm.model.ManagerState;
import dev.swarm.model.Worker;
import dev.swarm.model.WorkerId;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Workers that have come to an ACTIVE manager of weight 0, say because they had no list yet. Each
 * is asked to go once for every session that it opens there: whoever reaches nobody else stays.
 */
final class Strays {
  private final Set<WorkerId> strays = new LinkedHashSet<>();

  /** Follows one entry of the log. */
  void follow(ClusterState state, List<Change> changes) {
    for (Change change : changes) {
      if (!(change instanceof Change.WorkerChanged worker) || !opened(worker)) continue;
      if (isStray(state, worker.after())) strays.add(worker.after().id());
    }
  }

  private static boolean opened(Change.WorkerChanged change) {
    Worker before = change.before();
    return before == null
        || before.down()
        || before.session().number() != change.after().session().number();
  }

  private static boolean isStray(ClusterState state, Worker worker) {
    if (worker == null || worker.down()) return false;
    ManagerInfo holder = state.managers().get(worker.session().manager());
    return holder != null && holder.state() == ManagerState.ACTIVE && holder.weight() == 0;
  }

  /** The worker was asked to go. */
  void asked(WorkerId worker) {
    strays.remove(worker);
  }

  /**
   * Takes out those that are with one of these managers, in the order of coming, so many at most.
   */
  List<Worker> take(ClusterState state, Set<String> holders, int most) {
    List<Worker> taken = new ArrayList<>();
    Iterator<WorkerId> all = strays.iterator();
    while (taken.size() < most && all.hasNext()) {
      Worker worker = state.workers().get(all.next());
      boolean stray = isStray(state, worker);
      if (stray && !holders.contains(worker.session().manager())) continue;
      all.remove();
      if (stray) taken.add(worker);
    }
    return taken;
  }
}
