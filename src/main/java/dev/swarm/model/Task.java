package dev.swarm.model;

/**
 * A task as committed.
 *
 * @param attempt 0 before the first placement; each placement is a new attempt
 * @param worker who has it, or had it when it finished; null while PENDING
 * @param cancelled true when it is to be stopped
 * @param message for people: why it failed, how it ended
 * @param result what it produced, at most 64 KiB
 * @param startedMillis the worker's wall clock; 0 when not started
 * @param finishedMillis wall clock; 0 when not finished
 * @param version log index of the last change
 * @param assignedVersion log index of the last change that its worker must know of
 */
public record Task(
    TaskSpec spec,
    int attempt,
    WorkerId worker,
    boolean cancelled,
    TaskStatus status,
    String message,
    Bytes result,
    long startedMillis,
    long finishedMillis,
    long version,
    long assignedVersion) {

  /** The id of the task. */
  public TaskId id() {
    return spec.id();
  }

  /** The worker that must know of it now, or null. */
  public WorkerId holder() {
    return status == TaskStatus.ASSIGNED || status == TaskStatus.RUNNING ? worker : null;
  }

  static Task submitted(TaskSpec spec, long version) {
    Task pending =
        new Task(spec, 0, null, false, TaskStatus.PENDING, "", Bytes.EMPTY, 0, 0, version, version);
    return spec.pinned() == null ? pending : pending.placedOn(spec.pinned(), version);
  }

  Task placedOn(WorkerId chosen, long at) {
    return new Task(
        spec, attempt + 1, chosen, false, TaskStatus.ASSIGNED, "", Bytes.EMPTY, 0, 0, at, at);
  }

  /** Its worker is lost: waits for the next, goes on where it is pinned, or is given up. */
  Task workerLost(String why, long millis, long at) {
    if (cancelled) return finished(TaskStatus.CANCELLED, why, Bytes.EMPTY, millis, at);
    if (attempt >= spec.maxAttempts()) {
      return finished(TaskStatus.LOST, why, Bytes.EMPTY, millis, at);
    }
    if (spec.pinned() != null) return placedOn(spec.pinned(), at);
    return new Task(spec, attempt, null, false, TaskStatus.PENDING, why, Bytes.EMPTY, 0, 0, at, at);
  }

  Task started(String text, long millis, long at) {
    return new Task(
        spec,
        attempt,
        worker,
        cancelled,
        TaskStatus.RUNNING,
        text,
        result,
        millis,
        0,
        at,
        assignedVersion);
  }

  Task cancelRequested(long millis, long at) {
    if (holder() == null) return finished(TaskStatus.CANCELLED, "", Bytes.EMPTY, millis, at);
    return new Task(spec, attempt, worker, true, status, message, result, startedMillis, 0, at, at);
  }

  Task finished(TaskStatus end, String text, Bytes outcome, long millis, long at) {
    return new Task(
        spec, attempt, worker, cancelled, end, text, outcome, startedMillis, millis, at, at);
  }

  long digest() {
    return Digest.of("task")
        .add(spec.id().value())
        .add(spec.key())
        .add(spec.name())
        .add(spec.kind())
        .add(spec.payload())
        .add(spec.pinned() == null ? "" : spec.pinned().value())
        .add(spec.maxAttempts())
        .add(spec.submittedMillis())
        .add(attempt)
        .add(worker == null ? "" : worker.value())
        .add(cancelled)
        .add(status)
        .add(message)
        .add(result)
        .add(startedMillis)
        .add(finishedMillis)
        .add(version)
        .add(assignedVersion)
        .value();
  }
}
