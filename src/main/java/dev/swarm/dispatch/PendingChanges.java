package dev.swarm.dispatch;

import dev.swarm.dispatch.Batch.Trigger;
import dev.swarm.model.Assignments;
import dev.swarm.model.Task;
import dev.swarm.model.TaskId;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What one worker is still to be told, with only the newest state of each task.
 *
 * <p>Batches form a chain: each leads from the version that the worker holds to a later one. A
 * batch that ends inside a version says that more follows, and the worker goes on holding the
 * version before. As soon as a change replaced an earlier one the order of the rest is no longer
 * that of the log; then only the batch that empties this carries a new version.
 *
 * <p>Bounded: above {@link #MAX_GROWTH} changes more than it was started with, all of them are
 * dropped and {@link #behind} says that the difference must be asked of the state again.
 */
final class PendingChanges {
  /** Changes that may gather for a worker that does not read. */
  static final int MAX_GROWTH = 1_000;

  private final Map<TaskId, PendingChange> changes = new LinkedHashMap<>();

  /** What the worker holds when it has applied all batches so far; 0 for nothing. */
  private long held;

  private long newest;
  private boolean whole = true;
  private boolean shuffled;
  private boolean complete;
  private boolean begun;
  private boolean initial;
  private boolean behind;
  private int limit = MAX_GROWTH;

  /** Tells the worker all of this, also when it is nothing: it is how a session begins. */
  void start(Assignments assignments, long nowNanos) {
    changes.clear();
    for (Task task : assignments.tasks()) put(task.id(), task, assignments.result(), nowNanos);
    for (TaskId id : assignments.removed()) put(id, null, assignments.result(), nowNanos);
    held = assignments.base();
    newest = assignments.result();
    complete = assignments.complete();
    whole = true;
    shuffled = true;
    begun = false;
    initial = true;
    behind = false;
    limit = changes.size() + MAX_GROWTH;
  }

  /** Tells the worker what differs from what it holds; nothing when nothing does. */
  void restart(Assignments assignments, long nowNanos) {
    boolean interrupted = begun;
    start(assignments, nowNanos);
    initial = interrupted || assignments.complete() || !changes.isEmpty();
  }

  private void put(TaskId id, Task task, long version, long nowNanos) {
    changes.put(id, new PendingChange(id, task, version, true, nowNanos));
  }

  /** Adds the next change in log order. */
  void add(PendingChange change) {
    if (behind) return;
    PendingChange before = changes.get(change.id());
    changes.put(change.id(), before == null ? change : since(before.sinceNanos(), change));
    shuffled |= before != null;
    newest = change.version();
    whole = change.last();
    if (changes.size() > limit) {
      changes.clear();
      behind = true;
    }
  }

  private static PendingChange since(long nanos, PendingChange change) {
    return new PendingChange(change.id(), change.task(), change.version(), change.last(), nanos);
  }

  /** Whether too much gathered: {@link #restart} with the difference from {@link #resumeFrom}. */
  boolean behind() {
    return behind;
  }

  /** The version from which a difference must start; 0 while a complete set is under way. */
  long resumeFrom() {
    return complete ? 0 : held;
  }

  int size() {
    return changes.size();
  }

  boolean isEmpty() {
    return changes.isEmpty() && !initial && !behind;
  }

  /** Takes the next batch within both limits; null when there is nothing to tell. */
  Batch next(int maxSize, int maxBytes) {
    if (behind || isEmpty()) return null;
    List<Task> tasks = new ArrayList<>();
    List<TaskId> removed = new ArrayList<>();
    PendingChange lastTaken = null;
    int bytes = 0;
    long oldest = Long.MAX_VALUE;
    Iterator<PendingChange> rest = changes.values().iterator();
    while (rest.hasNext() && tasks.size() + removed.size() < maxSize) {
      PendingChange change = rest.next();
      bytes += change.bytes();
      if (bytes > maxBytes && lastTaken != null) break;
      lastTaken = change;
      oldest = Math.min(oldest, change.sinceNanos());
      if (change.task() == null) removed.add(change.id());
      else tasks.add(change.task());
      rest.remove();
    }
    boolean full = !changes.isEmpty() || tasks.size() + removed.size() == maxSize;
    return close(lastTaken, tasks, removed, full, oldest);
  }

  private Batch close(
      PendingChange lastTaken,
      List<Task> tasks,
      List<TaskId> removed,
      boolean full,
      long oldestNanos) {
    boolean drained = changes.isEmpty();
    boolean more = drained ? !whole : shuffled || !lastTaken.last();
    long result = drained || shuffled ? newest : lastTaken.version();
    Trigger trigger = initial ? Trigger.COMPLETE : full ? Trigger.SIZE : Trigger.TIME;
    Batch batch =
        new Batch(
            complete ? 0 : held,
            result,
            complete && !begun,
            more,
            tasks,
            removed,
            trigger,
            oldestNanos);
    begun = more;
    if (drained) {
      shuffled = false;
      initial = false;
      limit = MAX_GROWTH;
    }
    if (!more) {
      held = result;
      complete = false;
    }
    return batch;
  }
}
