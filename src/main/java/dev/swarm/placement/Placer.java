package dev.swarm.placement;

import dev.swarm.model.Change;
import dev.swarm.model.ClusterState;
import dev.swarm.model.Placement;
import dev.swarm.model.Task;
import dev.swarm.model.TaskId;
import dev.swarm.model.TaskSpec;
import dev.swarm.model.TaskStatus;
import dev.swarm.model.Worker;
import dev.swarm.model.WorkerId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;

/**
 * Chooses workers for tasks that have none: the UP, ACTIVE worker with the fewest tasks. Counts
 * what it proposed as if the worker had it already, until the log or the answer says otherwise.
 */
public final class Placer {
  private final long epoch;
  private final Candidates candidates = new Candidates();

  /** Chosen, and not yet seen in the log. */
  private final Map<TaskId, Placement> proposed = new HashMap<>();

  /** How many of those each worker has. */
  private final Map<WorkerId, Integer> expected = new HashMap<>();

  private ClusterState state;

  /** All that wait up to here are proposed; null when that is not known. */
  private ClusterState.Ordered proposedUpTo;

  /** Places in the epoch of this state. */
  public Placer(ClusterState state) {
    epoch = state.epoch().number();
    reconcile(state);
  }

  /** Follows one entry of the log. */
  public void follow(ClusterState next, List<Change> changes) {
    state = next;
    for (Change change : changes) {
      if (change instanceof Change.WorkerChanged worker) weigh(worker.after().id());
      if (change instanceof Change.TaskChanged task) follow(task);
    }
  }

  private void follow(Change.TaskChanged change) {
    Task known = change.before() == null ? change.after() : change.before();
    settle(proposed.get(known.id()));
    if (change.before() != null && change.before().holder() != null) {
      weigh(change.before().holder());
    }
    if (change.after() != null && change.after().holder() != null) weigh(change.after().holder());
  }

  /** Follows a jump of the log. */
  public void reconcile(ClusterState next) {
    state = next;
    proposedUpTo = null;
    for (Placement placement : List.copyOf(proposed.values())) {
      Task task = state.tasks().get(placement.task());
      boolean waits =
          task != null
              && task.status() == TaskStatus.PENDING
              && task.attempt() == placement.attempt();
      if (!waits) settle(placement);
    }
    for (WorkerId worker : state.workers().keySet()) weigh(worker);
  }

  /** Whether another epoch has begun: nothing is placed any more. */
  public boolean over() {
    return state.epoch().number() != epoch;
  }

  /** Chooses workers for the tasks that have waited longest, at most so many. */
  public List<Placement> place(int most) {
    List<Placement> chosen = new ArrayList<>();
    if (over()) return chosen;
    for (ClusterState.Ordered waiting : notProposed()) {
      if (chosen.size() == most || candidates.isEmpty()) break;
      if (!proposed.containsKey(waiting.task())) chosen.add(choose(waiting));
      proposedUpTo = waiting;
    }
    return chosen;
  }

  /** Tasks that come to wait come last: they have the newest version. */
  private NavigableSet<ClusterState.Ordered> notProposed() {
    return proposedUpTo == null ? state.pending() : state.pending().tailSet(proposedUpTo, false);
  }

  private Placement choose(ClusterState.Ordered waiting) {
    return choose(waiting.task(), state.tasks().get(waiting.task()).attempt());
  }

  private Placement choose(TaskId task, int attempt) {
    WorkerId worker = candidates.choose();
    Placement placement = new Placement(task, attempt, worker);
    proposed.put(task, placement);
    expected.merge(worker, 1, Integer::sum);
    return placement;
  }

  /**
   * Chooses workers for tasks that are about to be submitted, where there are any to choose.
   *
   * @param workers gets one for each task, in order; for a task that names its worker that one
   * @return what was chosen
   */
  public List<Placement> place(List<TaskSpec> tasks, List<WorkerId> workers) {
    List<Placement> chosen = new ArrayList<>(tasks.size());
    if (over() || candidates.isEmpty()) return chosen;
    for (TaskSpec task : tasks) {
      if (task.pinned() != null) {
        workers.add(task.pinned());
      } else {
        Placement before = proposed.get(task.id());
        Placement placement = before == null ? choose(task.id(), 0) : before;
        workers.add(placement.worker());
        chosen.add(placement);
      }
    }
    return chosen;
  }

  /**
   * It did not take effect, as far as we know: the task may be placed again.
   *
   * @return whether that is news
   */
  public boolean withdraw(Placement placement) {
    if (!placement.equals(proposed.get(placement.task()))) return false;
    settle(placement);
    proposedUpTo = null;
    return true;
  }

  private void settle(Placement placement) {
    if (placement == null) return;
    proposed.remove(placement.task());
    expected.computeIfPresent(placement.worker(), (worker, count) -> count == 1 ? null : count - 1);
    weigh(placement.worker());
  }

  private void weigh(WorkerId id) {
    Worker worker = state.workers().get(id);
    boolean eligible = worker != null && worker.takesTasksIn(state.epoch());
    if (eligible) candidates.put(id, state.tasksOf(id) + expected.getOrDefault(id, 0));
    else candidates.remove(id);
  }
}
