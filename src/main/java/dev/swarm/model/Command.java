package dev.swarm.model;

import java.util.List;

/**
 * Everything the managers can agree on. State changes by nothing else. A command that judges or
 * owns names what it rests on (epoch, session, attempt) and is without effect when that has
 * changed: so a deposed leader, or a retry after an hour, changes nothing.
 */
public sealed interface Command {
  /**
   * Takes effect. Must give the same result on every manager: no clock, no random numbers, no I/O,
   * no map order.
   *
   * @return the items without effect
   */
  List<Refusal> applyTo(Transition state);

  /** What the command is called in meters and messages. */
  default String kind() {
    return getClass().getSimpleName();
  }

  /**
   * The first leader of an incarnation names the cluster; without effect when it is named already.
   * Settings that the cluster agreed on in a former incarnation stay.
   */
  record BeginCluster(ClusterInfo cluster, Settings settings, List<ManagerInfo> managers)
      implements Command {
    @Override
    public List<Refusal> applyTo(Transition state) {
      return ClusterEffects.begin(this, state);
    }
  }

  /**
   * A leader begins its reign: who was UP is UNKNOWN. One entry, whatever the size of the fleet.
   */
  record BeginEpoch(long term, String leader, long atMillis) implements Command {
    @Override
    public List<Refusal> applyTo(Transition state) {
      return ClusterEffects.begin(this, state);
    }
  }

  /** A manager's addresses, weight and state. */
  record PutManager(ManagerInfo manager) implements Command {
    @Override
    public List<Refusal> applyTo(Transition state) {
      state.put(manager);
      return List.of();
    }
  }

  /** A manager's share of new connections, as an operator wants it. */
  record SetWeight(String manager, int weight) implements Command {
    @Override
    public List<Refusal> applyTo(Transition state) {
      return ManagerEffects.weigh(this, state);
    }
  }

  /**
   * A manager gives its workers up or takes them again. An operator's step is refused when nobody
   * else could take the workers.
   */
  record StepManager(String manager, ManagerStep step) implements Command {
    @Override
    public List<Refusal> applyTo(Transition state) {
      return ManagerEffects.step(this, state);
    }
  }

  /**
   * A manager becomes a member, or is one already. The same folder at the same Raft address is the
   * same member, wherever its other ports are now; another folder, or another Raft address, under a
   * known id is a new member that takes the old one's place: what the old one voted is not its own.
   *
   * @param wish with the number that its folder had before, 0 for none; the one that it gets is the
   *     index at which this is applied
   */
  record AdmitManager(ManagerInfo wish) implements Command {
    @Override
    public List<Refusal> applyTo(Transition state) {
      return ManagerEffects.admit(this, state);
    }
  }

  /** A member has caught up and votes. */
  record PromoteManager(String manager, long member) implements Command {
    @Override
    public List<Refusal> applyTo(Transition state) {
      return ManagerEffects.promote(this, state);
    }
  }

  /** An operator wants a manager out of the group; refused for the last one. */
  record RemoveManager(String manager, long member) implements Command {
    @Override
    public List<Refusal> applyTo(Transition state) {
      return ManagerEffects.remove(this, state);
    }
  }

  /** A manager that was leaving is out of the group. */
  record ForgetManager(String manager, long member) implements Command {
    @Override
    public List<Refusal> applyTo(Transition state) {
      return ManagerEffects.forget(this, state);
    }
  }

  /** Workers open sessions; all of a moment together. */
  record OpenSessions(long epoch, List<SessionOpen> opens, long atMillis) implements Command {
    @Override
    public List<Refusal> applyTo(Transition state) {
      return WorkerEffects.open(this, state);
    }
  }

  /** The leader judges sessions; all of a moment together. */
  record SetStatus(List<Judgement> judgements, long atMillis) implements Command {
    @Override
    public List<Refusal> applyTo(Transition state) {
      return WorkerEffects.judge(this, state);
    }
  }

  /** What an operator wants of a worker. A drained worker gives back what others can run. */
  record SetAvailability(WorkerId worker, Availability availability, long atMillis)
      implements Command {
    @Override
    public List<Refusal> applyTo(Transition state) {
      return WorkerEffects.setAvailability(this, state);
    }
  }

  /**
   * New tasks. One whose key is known is the same task; refused when it asks for other work.
   *
   * @param epoch in which the workers were chosen; they count in no other
   * @param chosen a worker for each task, or none at all: a task that names no worker begins there,
   *     if that worker can still take it, and otherwise waits to be placed
   */
  record SubmitTasks(List<TaskSpec> specs, long epoch, List<WorkerId> chosen) implements Command {
    /** Tasks for which no workers were chosen. */
    public SubmitTasks(List<TaskSpec> specs) {
      this(specs, 0, List.of());
    }

    @Override
    public List<Refusal> applyTo(Transition state) {
      return TaskEffects.submit(this, state);
    }
  }

  /** Workers for tasks; all of a moment together. */
  record PlaceTasks(long epoch, List<Placement> placements) implements Command {
    @Override
    public List<Refusal> applyTo(Transition state) {
      return TaskEffects.place(this, state);
    }
  }

  /**
   * Workers say what became of their tasks. STALE_SESSION means: not now, offer it again in the
   * current session. Any other refusal is for good.
   */
  record ReportTasks(List<Report> reports) implements Command {
    @Override
    public List<Refusal> applyTo(Transition state) {
      return TaskEffects.report(this, state);
    }
  }

  /** Stops a task: at once when no worker has it, else when its worker says so. */
  record CancelTask(TaskId task, long atMillis) implements Command {
    @Override
    public List<Refusal> applyTo(Transition state) {
      return TaskEffects.cancel(this, state);
    }
  }

  /**
   * New agreed settings. The pace is the leader's to set: what stands here of it does not count.
   *
   * @param expectedVersion the version they were made from; 0 overwrites any
   */
  record ChangeSettings(Settings settings, long expectedVersion) implements Command {
    @Override
    public List<Refusal> applyTo(Transition state) {
      return ClusterEffects.change(this, state);
    }
  }

  /**
   * The leader finds that another period than the agreed one keeps the beats of all workers under
   * {@code heartbeat.maxPerSecond}.
   *
   * @param version of the settings that it was found for
   * @param paceMillis that period; 0 when the agreed one does
   */
  record SetPace(long epoch, long version, int paceMillis) implements Command {
    @Override
    public List<Refusal> applyTo(Transition state) {
      return ClusterEffects.pace(this, state);
    }
  }

  /**
   * The leader has heard that no worker goes by a longer period any more that it was promised
   * before these settings.
   *
   * @param version of the settings that all workers go by
   */
  record ForgetPromise(long epoch, long version) implements Command {
    @Override
    public List<Refusal> applyTo(Transition state) {
      return ClusterEffects.forget(this, state);
    }
  }

  /**
   * A write that an operator asked for once. What would set something back, were it to come again
   * after another's write, comes in this: the number is given where it was asked for and is the
   * same however often it is tried. One that was refused may be tried again.
   */
  record Once(long write, Command command) implements Command {
    @Override
    public List<Refusal> applyTo(Transition state) {
      return ClusterEffects.once(this, state);
    }

    @Override
    public String kind() {
      return command.kind();
    }
  }
}
