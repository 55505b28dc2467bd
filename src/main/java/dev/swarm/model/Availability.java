package dev.swarm.model;

/** What an operator wants of a worker. */
public enum Availability {
  /** Takes new work. */
  ACTIVE,
  /** No new work; running work stays. */
  PAUSED,
  /** No new work, and movable work goes elsewhere. */
  DRAINED
}
