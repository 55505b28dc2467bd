package dev.swarm.model;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What a worker must be told to be at {@code result}.
 *
 * @param base the version it must hold for a difference; 0 for a complete set
 * @param complete true when this replaces everything the worker holds
 */
public record Assignments(
    long base, long result, boolean complete, List<Task> tasks, List<TaskId> removed) {

  /**
   * The difference from the version held, if the state still knows it; the complete set otherwise.
   *
   * @param held version the worker holds of this incarnation; 0 for nothing
   */
  public static Assignments since(long held, WorkerId worker, ClusterState state) {
    WorkerTasks work = state.work().getOrDefault(worker, WorkerTasks.NONE);
    boolean complete = held == 0 || held < work.compactedUpTo() || held > state.index();
    List<Task> tasks = new ArrayList<>();
    for (TaskId id : work.held().keySet()) {
      Task task = state.tasks().get(id);
      if (complete || task.assignedVersion() > held) tasks.add(task);
    }
    if (complete) return new Assignments(0, state.index(), true, tasks, List.of());
    Set<TaskId> removed = new LinkedHashSet<>();
    for (var removal : work.removals().descendingSet()) {
      if (removal.version() <= held) break;
      if (!work.held().containsKey(removal.task())) removed.add(removal.task());
    }
    return new Assignments(held, state.index(), false, tasks, List.copyOf(removed));
  }
}
