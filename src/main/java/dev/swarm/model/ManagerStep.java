package dev.swarm.model;

/** What an operator, or a manager itself, wants to become of a manager. */
public enum ManagerStep {
  /** An operator wants its workers to go elsewhere. */
  DRAIN,
  /** The same, and it leaves the group when the last one has gone. */
  RETIRE,
  /** An operator wants it to take workers again. */
  ACTIVATE,
  /** Its process is about to end. */
  STOP,
  /** Its process is back. */
  RETURN,
  /** Its last worker has gone. */
  LEAVE;

  /** Whether the step can be made by a manager that stands there. */
  boolean possibleFrom(ManagerState now) {
    return switch (this) {
      case DRAIN, RETIRE -> now != ManagerState.JOINING && now != ManagerState.LEAVING;
      case ACTIVATE -> DRAIN.possibleFrom(now) && now != ManagerState.STOPPING;
      case STOP, RETURN, LEAVE -> true;
    };
  }

  /** Where a manager stands after the step; the same where it means nothing to it. */
  ManagerState from(ManagerState now) {
    return switch (this) {
      case DRAIN -> ManagerState.DRAINING;
      case RETIRE -> ManagerState.RETIRING;
      case ACTIVATE -> ManagerState.ACTIVE;
      case STOP -> now == ManagerState.ACTIVE ? ManagerState.STOPPING : now;
      case RETURN -> now == ManagerState.STOPPING ? ManagerState.ACTIVE : now;
      case LEAVE -> now == ManagerState.RETIRING ? ManagerState.LEAVING : now;
    };
  }

  /** Whether an operator asks for it because the workers can be served by others. */
  boolean wantsOthers() {
    return this == DRAIN || this == RETIRE;
  }
}
