package dev.swarm.dispatch;

import dev.swarm.model.Task;
import dev.swarm.model.TaskId;

/**
 * One thing a worker is to be told.
 *
 * @param task as it is now; null when the worker is to forget it
 * @param version log index of the entry that changed it
 * @param last whether this is the last change of its version for this worker
 * @param sinceNanos when it came to be known here
 */
record PendingChange(TaskId id, Task task, long version, boolean last, long sinceNanos) {
  private static final int OVERHEAD_BYTES = 64;

  PendingChange asLast() {
    return new PendingChange(id, task, version, true, sinceNanos);
  }

  /** An upper bound of its share in a message, except for characters beyond ASCII. */
  int bytes() {
    int size = OVERHEAD_BYTES + id.value().length();
    if (task == null) return size;
    return size + task.spec().payload().size() + 3 * task.spec().name().length();
  }
}
