package dev.swarm.bus;

import java.util.Locale;

/**
 * What operators are told of, one line each. Those of workers, leaders, managers and settings are
 * read from the log, and so are the same on every manager; the others are what one manager saw.
 */
public enum EventKind {
  /** A worker that was never seen before has a session. */
  WORKER_NEW,
  /** A worker that was down has a session again. */
  WORKER_UP,
  /** A worker was silent for too long. */
  WORKER_DOWN,
  /** A worker said goodbye. */
  WORKER_LEFT,
  /** Another process of a worker that was not down has its session now. */
  WORKER_TAKENOVER,
  /** An operator wants something else of a worker: active, paused, drained. */
  WORKER_AVAILABILITY,
  /** A second holder of a worker's id was refused a session; told by the leader. */
  WORKER_RIVAL,
  /** A leader has begun. */
  LEADER_CHANGED,
  /** A manager knows no leader any more. */
  LEADER_LOST,
  /** A leader gives the lead away because of trouble of its own. */
  LEADER_HANDOVER,
  /** A manager was admitted and catches up. */
  MANAGER_JOINING,
  /** A manager takes part, and takes workers. */
  MANAGER_ACTIVE,
  /** An operator wants no workers on a manager. */
  MANAGER_DRAINING,
  /** The same, and it leaves when the last one has gone. */
  MANAGER_RETIRING,
  /** A manager's process is about to end. */
  MANAGER_STOPPING,
  /** A manager is on its way out of the group. */
  MANAGER_LEAVING,
  /** A manager has left the group. */
  MANAGER_REMOVED,
  /** An operator weighed a manager anew. */
  MANAGER_WEIGHT,
  /** A manager is found at other addresses. */
  MANAGER_MOVED,
  /** The agreed settings, or the pace that follows from them, are new. */
  SETTINGS_CHANGED,
  /** A manager takes part again without reserve. */
  GUARD_UP,
  /** A manager takes part, but an operator should see to it. */
  GUARD_IMPAIRED,
  /** A manager proposes nothing but what keeps the fleet known. */
  GUARD_LIMITED,
  /** A manager takes no part: its log is closed. */
  GUARD_DOWN,
  /** A manager's state differs from the majority's. */
  STATE_DIFFERS,
  /** It has the right state again. */
  STATE_MENDED,
  /** Most of the fleet fell silent together: verdicts are held back; told by the leader. */
  FLEET_SILENT,
  /** Verdicts are no longer held back. */
  FLEET_HEARD,
  /** A drain cannot move a worker; told by the leader. */
  DRAIN_STUCK,
  /** Events before this one may be missing. */
  GAP;

  private final String text = name().toLowerCase(Locale.ROOT).replace('_', '.');

  /** As operators read and filter it: {@code worker.down}. */
  @Override
  public String toString() {
    return text;
  }
}
