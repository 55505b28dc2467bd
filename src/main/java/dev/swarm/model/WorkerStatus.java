package dev.swarm.model;

/** What the leader thinks of a worker. */
public enum WorkerStatus {
  /** Has a session that the current leader has confirmed. */
  UP,
  /** Had a session when the current leader took over, and has not been heard of since. */
  UNKNOWN,
  /** Has no session. */
  DOWN
}
