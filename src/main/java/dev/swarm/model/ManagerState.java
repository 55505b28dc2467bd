package dev.swarm.model;

/** Where a manager stands in its life. */
public enum ManagerState {
  /** Catches up, does not vote yet. */
  JOINING,
  /** Takes part. */
  ACTIVE,
  /** Hands its workers over. */
  DRAINING,
  /** On its way out of the group. */
  LEAVING
}
