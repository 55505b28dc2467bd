package dev.swarm.model;

import org.pcollections.TreePSet;

/**
 * Which tasks a worker has, and which it had: what a reconnecting worker needs to be told.
 *
 * @param held tasks it must know of now, each under its own id
 * @param removals tasks it had, the newest only, oldest first
 * @param compactedUpTo who holds an older version than this gets the complete set, because removals
 *     up to here are forgotten
 */
public record WorkerTasks(TaskMap<TaskId> held, TreePSet<Removal> removals, long compactedUpTo) {

  /** A worker that never had a task. */
  public static final WorkerTasks NONE = new WorkerTasks(TaskMap.empty(), TreePSet.empty(), 0);

  /**
   * How many removals are remembered beside so many tasks held. Telling more of them than there are
   * tasks costs more than the complete set; and every worker that ever was pays for its own.
   */
  static int maxRemovals(int held) {
    return Math.max(Limits.LEAST_REMOVALS, Math.min(Limits.MAX_REMOVALS, held));
  }

  /** At this version the worker ceased to have this task. */
  public record Removal(long version, TaskId task) implements Comparable<Removal> {
    @Override
    public int compareTo(Removal other) {
      int byVersion = Long.compare(version, other.version);
      return byVersion != 0 ? byVersion : task.compareTo(other.task);
    }

    long digest(WorkerId worker) {
      return Digest.of("removal").add(worker.value()).add(version).add(task.value()).value();
    }
  }

  static long compactionDigest(WorkerId worker, long compactedUpTo) {
    return compactedUpTo == 0
        ? 0
        : Digest.of("compacted").add(worker.value()).add(compactedUpTo).value();
  }
}
