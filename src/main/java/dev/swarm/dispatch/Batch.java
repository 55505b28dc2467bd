package dev.swarm.dispatch;

import dev.swarm.model.Task;
import dev.swarm.model.TaskId;
import java.util.List;

/**
 * Changes that leave in one message.
 *
 * @param base the version the worker must hold
 * @param result the version it has afterwards, unless more follows
 * @param complete true when it begins a set that replaces everything
 * @param oldestNanos when the oldest of its changes came to be known here
 */
record Batch(
    long base,
    long result,
    boolean complete,
    boolean more,
    List<Task> tasks,
    List<TaskId> removed,
    Trigger trigger,
    long oldestNanos) {

  /** Why a batch leaves. */
  enum Trigger {
    /** It is full. */
    SIZE,
    /** Its oldest change has waited long enough. */
    TIME,
    /** It is part of what a worker is told first, or anew. */
    COMPLETE
  }

  int size() {
    return tasks.size() + removed.size();
  }
}
