package dev.swarm.model;

/** Where a task stands. */
public enum TaskStatus {
  /** Has no worker yet. */
  PENDING,
  /** Has a worker that has not started it. */
  ASSIGNED,
  /** Its worker has started it. */
  RUNNING,
  /** Done, with a result. */
  COMPLETE,
  /** Ran and failed. */
  FAILED,
  /** Its worker cannot run such a task. */
  REJECTED,
  /** Stopped on demand. */
  CANCELLED,
  /** Its worker was lost, and no attempt is left. */
  LOST;

  /** Whether nothing will change any more. */
  public boolean finished() {
    return compareTo(COMPLETE) >= 0;
  }
}
