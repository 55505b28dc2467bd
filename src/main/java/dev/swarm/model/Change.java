package dev.swarm.model;

/** What an applied command changed, for those who follow the log. */
public sealed interface Change {
  /** A new leader has begun: who was UP is UNKNOWN until confirmed. */
  record EpochBegan(Epoch before, Epoch epoch) implements Change {}

  /** The agreed settings are new. */
  record SettingsChanged(Settings before, Settings settings) implements Change {}

  /**
   * A manager is new or different.
   *
   * @param before null when it is new
   */
  record ManagerChanged(ManagerInfo before, ManagerInfo manager) implements Change {}

  /** A manager has left, or its place was taken by a new member of the same name. */
  record ManagerRemoved(ManagerInfo manager) implements Change {}

  /**
   * A worker is new or different.
   *
   * @param before null when it is new
   */
  record WorkerChanged(Worker before, Worker after) implements Change {
    /** Whether another process has the session of a worker that was not down. */
    public boolean takenOver() {
      return before != null
          && !before.down()
          && !after.down()
          && before.session().agentBoot() != after.session().agentBoot();
    }
  }

  /**
   * A task is new, different or forgotten.
   *
   * @param before null when it is new
   * @param after null when it was forgotten
   */
  record TaskChanged(Task before, Task after) implements Change {
    /** The worker that must forget the task, or null. */
    public WorkerId takenFrom() {
      WorkerId held = before == null ? null : before.holder();
      return held == null || held.equals(givenOrKept()) ? null : held;
    }

    /** The worker that must be told of the task as it is now, or null. */
    public WorkerId givenTo() {
      WorkerId holder = givenOrKept();
      if (holder == null) return null;
      return holder.equals(before == null ? null : before.holder()) && sameWork() ? null : holder;
    }

    /** One entry may change a task more than once: the version alone does not tell. */
    private boolean sameWork() {
      return before.assignedVersion() == after.assignedVersion()
          && before.attempt() == after.attempt()
          && before.cancelled() == after.cancelled();
    }

    private WorkerId givenOrKept() {
      return after == null ? null : after.holder();
    }
  }
}
