package dev.swarm.model;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import org.pcollections.TreePMap;
import org.pcollections.TreePSet;

/**
 * The state while one log entry is applied: the only place where records are replaced, so that
 * digest, counts and indexes follow each record. Lives for one entry, on the apply thread.
 */
public final class Transition {
  private final long index;
  private Rules rules;
  private final List<Change> changes = new ArrayList<>();
  private final int[] taskDeltas = new int[TaskStatus.values().length];

  private ClusterInfo cluster;
  private long nextSession;
  private Epoch epoch;
  private Settings settings;
  private TreePMap<String, ManagerInfo> managers;
  private TreePMap<WorkerId, Worker> workers;
  private TreePMap<WorkerId, WorkerTasks> work;
  private TaskMap<Task> tasks;
  private TreePSet<ClusterState.Ordered> pending;
  private TreePSet<ClusterState.Ordered> finished;
  private ForgottenTasks forgotten;
  private WritesDone writes;
  private final TaskCounts taskCounts;
  private WorkerCounts workerCounts;
  private long payloadBytes;
  private long digest;

  Transition(ClusterState state, long index, Rules rules) {
    this.index = index;
    cluster = state.cluster();
    nextSession = state.nextSession();
    epoch = state.epoch();
    settings = state.settings();
    managers = state.managers();
    workers = state.workers();
    work = state.work();
    tasks = state.tasks();
    pending = state.pending();
    finished = state.finished();
    forgotten = state.forgotten();
    writes = state.writes();
    taskCounts = state.taskCounts();
    workerCounts = state.workerCounts();
    payloadBytes = state.payloadBytes();
    this.rules = state.rules();
    digest = state.digest() - singletons();
    this.rules = rules;
  }

  ClusterState finish() {
    return new ClusterState(
        cluster,
        nextSession,
        epoch,
        settings,
        managers,
        workers,
        work,
        tasks,
        pending,
        finished,
        forgotten,
        writes,
        taskCounts.plus(taskDeltas),
        workerCounts,
        payloadBytes,
        rules,
        index,
        digest + singletons());
  }

  /** The records of which there is one each enter the digest when the entry is done. */
  private long singletons() {
    return cluster.digest()
        + epoch.digest()
        + settings.digest()
        + forgotten.digest()
        + rules.digest()
        + Digest.of("nextSession").add(nextSession).value();
  }

  List<Change> changes() {
    return changes;
  }

  long index() {
    return index;
  }

  Rules rules() {
    return rules;
  }

  ClusterInfo cluster() {
    return cluster;
  }

  Epoch epoch() {
    return epoch;
  }

  Settings settings() {
    return settings;
  }

  ManagerInfo manager(String id) {
    return managers.get(id);
  }

  /** Whether any manager but this one has a share of the workers. */
  boolean othersTakeWorkers(String id) {
    return managers.values().stream()
        .anyMatch(other -> other.share() > 0 && !other.id().equals(id));
  }

  /** All of them, by id. */
  Collection<ManagerInfo> managers() {
    return managers.values();
  }

  Worker worker(WorkerId id) {
    return workers.get(id);
  }

  Task task(TaskId id) {
    return tasks.get(id);
  }

  /** Whether the task had finished and its record is gone, as far as is known at this moment. */
  boolean forgot(TaskId id, long nowMillis) {
    if (!rules.rememberForgotten()) return false;
    forgotten = forgotten.at(nowMillis);
    return forgotten.has(id);
  }

  /** The tasks the worker has, as they are now. */
  List<Task> tasksOf(WorkerId worker) {
    List<Task> held = new ArrayList<>();
    WorkerTasks mine = work.getOrDefault(worker, WorkerTasks.NONE);
    for (TaskId id : mine.held().keySet()) held.add(tasks.get(id));
    return held;
  }

  /** Whether the write with this number took effect before. */
  boolean done(long write) {
    return writes.has(write);
  }

  /** The write with this number took effect. */
  void remember(long write) {
    Long leaving = writes.leaving();
    if (leaving != null) digest -= WritesDone.digest(leaving);
    digest += WritesDone.digest(write);
    writes = writes.plus(write);
  }

  void begin(ClusterInfo info) {
    cluster = info;
  }

  /** Gives a session number that was never given before. */
  long takeSessionNumber() {
    return nextSession++;
  }

  void begin(Epoch next) {
    changes.add(new Change.EpochBegan(epoch, next));
    epoch = next;
    workerCounts = workerCounts.allUnknown();
  }

  void put(Settings next) {
    changes.add(new Change.SettingsChanged(settings, next));
    settings = next;
  }

  void put(ManagerInfo manager) {
    ManagerInfo before = managers.get(manager.id());
    if (manager.equals(before)) return;
    if (before != null) digest -= before.digest();
    digest += manager.digest();
    managers = managers.plus(manager.id(), manager);
    changes.add(new Change.ManagerChanged(before, manager));
  }

  /** Forgets a manager. */
  void remove(ManagerInfo manager) {
    digest -= manager.digest();
    managers = managers.minus(manager.id());
    changes.add(new Change.ManagerRemoved(manager));
  }

  void put(Worker worker) {
    Worker before = workers.get(worker.id());
    if (before != null) {
      digest -= before.digest();
      workerCounts = workerCounts.plus(before.statusIn(epoch), -1);
    }
    digest += worker.digest();
    workerCounts = workerCounts.plus(worker.statusIn(epoch), 1);
    workers = workers.plus(worker.id(), worker);
    changes.add(new Change.WorkerChanged(before, worker));
  }

  /** Takes in a task that there was not before. */
  void add(Task task) {
    replace(null, task);
  }

  /** Replaces a task, as it is now, by what becomes of it. */
  void change(Task now, Task next) {
    replace(now, next);
  }

  /** Forgets finished tasks above the limit or older than the limit, as of the given moment. */
  void prune(long nowMillis) {
    while (!finished.isEmpty()) {
      Task oldest = tasks.get(finished.first().task());
      boolean tooMany = finished.size() > Limits.MAX_FINISHED_TASKS;
      boolean tooOld = oldest.finishedMillis() < nowMillis - Limits.MAX_FINISHED_MILLIS;
      if (!tooMany && !tooOld) return;
      forget(oldest);
    }
  }

  /**
   * Forgets the oldest finished tasks until the payloads held leave room; false if they never do.
   */
  boolean makeRoom(long payload) {
    while (payloadBytes + payload > Limits.MAX_HELD_PAYLOAD_BYTES) {
      if (finished.isEmpty()) return false;
      forget(tasks.get(finished.first().task()));
    }
    return true;
  }

  private void forget(Task task) {
    replace(task, null);
    if (rules.rememberForgotten()) forgotten = forgotten.plus(task.id(), task.finishedMillis());
  }

  private void replace(Task before, Task after) {
    if (before != null) {
      digest -= before.digest();
      taskDeltas[before.status().ordinal()]--;
      payloadBytes -= before.spec().payload().size();
      unlist(before);
    }
    if (after != null) {
      digest += after.digest();
      taskDeltas[after.status().ordinal()]++;
      payloadBytes += after.spec().payload().size();
      list(after);
      tasks = tasks.plus(after.id(), after);
    } else if (before != null) {
      tasks = tasks.minus(before.id());
    }
    moveBetweenWorkers(before, after);
    changes.add(new Change.TaskChanged(before, after));
  }

  private void list(Task task) {
    if (task.status() == TaskStatus.PENDING) pending = pending.plus(ordered(task));
    if (task.status().finished()) finished = finished.plus(ordered(task));
  }

  private void unlist(Task task) {
    if (task.status() == TaskStatus.PENDING) pending = pending.minus(ordered(task));
    if (task.status().finished()) finished = finished.minus(ordered(task));
  }

  private static ClusterState.Ordered ordered(Task task) {
    return new ClusterState.Ordered(task.version(), task.id());
  }

  private void moveBetweenWorkers(Task before, Task after) {
    WorkerId from = before == null ? null : before.holder();
    WorkerId to = after == null ? null : after.holder();
    if (Objects.equals(from, to)) return;
    if (from != null) {
      TaskId id = before.id();
      WorkerTasks mine = work.get(from);
      remember(from, mine, mine.held().minus(id), new WorkerTasks.Removal(index, id));
    }
    if (to != null) {
      WorkerTasks mine = work.getOrDefault(to, WorkerTasks.NONE);
      work =
          work.plus(
              to,
              new WorkerTasks(
                  mine.held().plus(after.id(), after.id()), mine.removals(), mine.compactedUpTo()));
    }
  }

  /** Adds a removal to the worker's history and forgets the oldest beyond the limit. */
  private void remember(
      WorkerId worker, WorkerTasks mine, TaskMap<TaskId> held, WorkerTasks.Removal removal) {
    TreePSet<WorkerTasks.Removal> removals = mine.removals().plus(removal);
    // Taken away, given back and taken away again within one entry is one removal.
    if (removals.size() > mine.removals().size()) digest += removal.digest(worker);
    long compacted = mine.compactedUpTo();
    while (removals.size() > WorkerTasks.maxRemovals(held.size())) {
      WorkerTasks.Removal oldest = removals.first();
      removals = removals.minus(oldest);
      digest -= oldest.digest(worker);
      compacted = oldest.version();
    }
    digest -= WorkerTasks.compactionDigest(worker, mine.compactedUpTo());
    digest += WorkerTasks.compactionDigest(worker, compacted);
    work = work.plus(worker, new WorkerTasks(held, removals, compacted));
  }

  /** Puts the records of a snapshot into an empty state. */
  void restore(ClusterState.Records records) {
    cluster = records.cluster();
    nextSession = records.nextSession();
    epoch = records.epoch();
    settings = records.settings();
    records.managers().forEach(this::put);
    records.workers().forEach(this::put);
    records.tasks().forEach(this::add);
    forgotten = ForgottenTasks.of(records.forgotten());
    records.writes().forEach(this::remember);
    for (ClusterState.WorkerHistory history : records.history()) {
      WorkerId worker = history.worker();
      WorkerTasks mine = work.getOrDefault(worker, WorkerTasks.NONE);
      TreePSet<WorkerTasks.Removal> removals = TreePSet.from(history.removals());
      for (WorkerTasks.Removal removal : removals) digest += removal.digest(worker);
      digest += WorkerTasks.compactionDigest(worker, history.compactedUpTo());
      work = work.plus(worker, new WorkerTasks(mine.held(), removals, history.compactedUpTo()));
    }
  }
}
