package dev.swarm.model;

/** Where a manager stands in its life. Only an ACTIVE one has a share of the workers. */
public enum ManagerState {
  /** Catches up, does not vote yet. */
  JOINING,
  /** Takes part. */
  ACTIVE,
  /** An operator wants no workers on it; stays a member. */
  DRAINING,
  /** Hands its workers over, and leaves when the last one has gone. */
  RETIRING,
  /** Its process is about to end; hands its workers over, and takes part again when it is back. */
  STOPPING,
  /** On its way out of the group. */
  LEAVING;

  /** Whether a manager that stands there has a vote that will stay. */
  public boolean votes() {
    return this != JOINING && this != LEAVING;
  }
}
