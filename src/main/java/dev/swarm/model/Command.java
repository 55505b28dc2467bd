package dev.swarm.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

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
      if (state.cluster().incarnation() != 0) {
        return refuse(0, SwarmException.Kind.CONFLICT, "the cluster has already begun");
      }
      state.begin(cluster);
      if (state.settings().version() == 0) state.put(settings.withVersion(1));
      managers.forEach(state::put);
      return List.of();
    }
  }

  /**
   * A leader begins its reign: who was UP is UNKNOWN. One entry, whatever the size of the fleet.
   */
  record BeginEpoch(long term, String leader, long atMillis) implements Command {
    @Override
    public List<Refusal> applyTo(Transition state) {
      if (term <= state.epoch().term()) {
        return refuse(
            0,
            SwarmException.Kind.CONFLICT,
            "term " + term + " is not newer than " + state.epoch().term());
      }
      state.begin(new Epoch(state.epoch().number() + 1, term, leader, atMillis));
      return List.of();
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
      ManagerInfo before = state.manager(manager);
      if (before == null) return refuse(0, SwarmException.Kind.NOT_FOUND, "no manager " + manager);
      if (before.weight() != weight) state.put(before.weighing(weight));
      return List.of();
    }
  }

  /**
   * A manager gives its workers up or takes them again. An operator's step is refused when nobody
   * else could take the workers.
   */
  record StepManager(String manager, ManagerStep step) implements Command {
    @Override
    public List<Refusal> applyTo(Transition state) {
      ManagerInfo before = state.manager(manager);
      if (before == null) return refuse(0, SwarmException.Kind.NOT_FOUND, "no manager " + manager);
      if (!step.possibleFrom(before.state())) {
        String problem = "manager " + manager + " is " + before.state();
        return refuse(0, SwarmException.Kind.CONFLICT, problem);
      }
      ManagerState next = step.from(before.state());
      if (next == before.state()) return List.of();
      if (step.wantsOthers() && !state.othersTakeWorkers(manager)) {
        String problem = "no other manager takes workers: those of " + manager + " have no place";
        return refuse(0, SwarmException.Kind.CONFLICT, problem);
      }
      String last = next == ManagerState.LEAVING ? Membership.removalProblem(before, state) : null;
      if (last != null) return refuse(0, SwarmException.Kind.CONFLICT, last);
      state.put(before.in(next));
      return List.of();
    }
  }

  /**
   * A manager becomes a member, or is one already. The same folder at the same Raft address is the
   * same member, wherever its other ports are now; another folder, or another Raft address, under a
   * known id is a new member that takes the old one's place: what the old one voted is not its own.
   *
   * @param wish with no number yet: that is the index at which this is applied
   */
  record AdmitManager(ManagerInfo wish) implements Command {
    @Override
    public List<Refusal> applyTo(Transition state) {
      ManagerInfo before = state.manager(wish.id());
      String problem = Membership.admissionProblem(wish, before, state);
      if (problem != null) return refuse(0, SwarmException.Kind.CONFLICT, problem);
      state.put(Membership.admitted(wish, before, state.index()));
      return List.of();
    }
  }

  /** A member has caught up and votes. */
  record PromoteManager(String manager, long member) implements Command {
    @Override
    public List<Refusal> applyTo(Transition state) {
      ManagerInfo before = state.manager(manager);
      if (before == null || before.member() != member) return refuse(0, noMember(manager, member));
      if (before.state() == ManagerState.JOINING) state.put(before.in(ManagerState.ACTIVE));
      return List.of();
    }
  }

  /** An operator wants a manager out of the group; refused for the last one. */
  record RemoveManager(String manager, long member) implements Command {
    @Override
    public List<Refusal> applyTo(Transition state) {
      ManagerInfo before = state.manager(manager);
      if (before == null || before.member() != member) return refuse(0, noMember(manager, member));
      if (before.state() == ManagerState.LEAVING) return List.of();
      String problem = Membership.removalProblem(before, state);
      if (problem != null) return refuse(0, SwarmException.Kind.CONFLICT, problem);
      state.put(before.in(ManagerState.LEAVING));
      return List.of();
    }
  }

  /** A manager that was leaving is out of the group. */
  record ForgetManager(String manager, long member) implements Command {
    @Override
    public List<Refusal> applyTo(Transition state) {
      ManagerInfo before = state.manager(manager);
      if (before == null || before.member() != member) return refuse(0, noMember(manager, member));
      if (before.state() != ManagerState.LEAVING) {
        return refuse(
            0, SwarmException.Kind.CONFLICT, "manager " + manager + " is " + before.state());
      }
      state.remove(before);
      return List.of();
    }
  }

  /** Workers open sessions; all of a moment together. */
  record OpenSessions(long epoch, List<SessionOpen> opens, long atMillis) implements Command {
    @Override
    public List<Refusal> applyTo(Transition state) {
      List<Refusal> refused = new ArrayList<>();
      for (int i = 0; i < opens.size(); i++) open(i, opens.get(i), state, refused);
      return refused;
    }

    private void open(int position, SessionOpen open, Transition state, List<Refusal> refused) {
      if (epoch != state.epoch().number()) {
        refused.add(
            new Refusal(position, SwarmException.Kind.NOT_LEADER, "epoch " + epoch + " is over"));
        return;
      }
      Worker before = state.worker(open.worker());
      if (before != null && !before.down() && before.session().answers(open)) {
        if (before.statusIn(state.epoch()) != WorkerStatus.UP) {
          state.put(before.confirmed(epoch));
        }
        return;
      }
      Refusal refusal = before == null ? null : before.refusal(position, open);
      if (refusal != null) {
        refused.add(refusal);
        return;
      }
      Session session =
          new Session(
              state.takeSessionNumber(),
              open.manager(),
              open.managerBoot(),
              open.agentBoot(),
              open.dial());
      boolean wasUp = before != null && !before.down();
      state.put(
          new Worker(
              open.worker(),
              open.description(),
              open.labels(),
              open.slots(),
              before == null ? Availability.ACTIVE : before.availability(),
              session,
              false,
              epoch,
              wasUp ? before.sinceMillis() : atMillis,
              "session opened",
              before == null ? List.of() : before.formerAgentsAfter(open.agentBoot())));
    }
  }

  /** The leader judges sessions; all of a moment together. */
  record SetStatus(List<Judgement> judgements, long atMillis) implements Command {
    @Override
    public List<Refusal> applyTo(Transition state) {
      List<Refusal> refused = new ArrayList<>();
      for (int i = 0; i < judgements.size(); i++) {
        Judgement judgement = judgements.get(i);
        Worker worker = state.worker(judgement.session().worker());
        if (judgement.epoch() != state.epoch().number()) {
          refused.add(
              new Refusal(
                  i, SwarmException.Kind.NOT_LEADER, "epoch " + judgement.epoch() + " is over"));
        } else if (worker == null || !worker.holds(judgement.session())) {
          refused.add(
              new Refusal(
                  i,
                  SwarmException.Kind.STALE_SESSION,
                  "session " + judgement.session() + " is not the current one"));
        } else {
          judge(worker, judgement, state);
        }
      }
      return refused;
    }

    private void judge(Worker worker, Judgement judgement, Transition state) {
      switch (judgement.verdict()) {
        case UP -> {
          if (worker.statusIn(state.epoch()) != WorkerStatus.UP) {
            state.put(worker.confirmed(state.epoch().number()));
          }
        }
        case DOWN, LEFT -> {
          state.put(worker.ended(atMillis, judgement.reason()));
          String why = "worker " + worker.id() + " is down: " + judgement.reason();
          for (Task task : state.tasksOf(worker.id())) {
            if (task.spec().pinned() != null && !task.cancelled()) continue;
            state.change(task, task.workerLost(why, atMillis, state.index()));
          }
        }
      }
    }
  }

  /** What an operator wants of a worker. A drained worker gives back what others can run. */
  record SetAvailability(WorkerId worker, Availability availability, long atMillis)
      implements Command {
    @Override
    public List<Refusal> applyTo(Transition state) {
      Worker before = state.worker(worker);
      if (before == null) return refuse(0, SwarmException.Kind.NOT_FOUND, "no worker " + worker);
      if (before.availability() != availability) state.put(before.with(availability));
      if (availability != Availability.DRAINED) return List.of();
      String why = "worker " + worker + " is drained";
      for (Task task : state.tasksOf(worker)) {
        boolean movable = task.spec().pinned() == null && task.status() == TaskStatus.ASSIGNED;
        boolean last = task.attempt() >= task.spec().maxAttempts(); // taking it away would end it
        if (!movable || last || task.cancelled()) continue;
        state.change(task, task.workerLost(why, atMillis, state.index()));
      }
      return List.of();
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
      List<Refusal> refused = new ArrayList<>();
      for (int i = 0; i < specs.size(); i++) submit(i, specs.get(i), state, refused);
      return refused;
    }

    private void submit(int position, TaskSpec spec, Transition state, List<Refusal> refused) {
      Task known = state.task(spec.id());
      if (known != null) {
        if (!known.spec().sameWork(spec)) {
          refused.add(
              new Refusal(
                  position,
                  SwarmException.Kind.CONFLICT,
                  "task " + spec.id() + " exists and asks for other work"));
        }
        return;
      }
      if (spec.pinned() != null && state.worker(spec.pinned()) == null) {
        refused.add(
            new Refusal(position, SwarmException.Kind.NOT_FOUND, "no worker " + spec.pinned()));
        return;
      }
      state.prune(spec.submittedMillis());
      if (!state.makeRoom(spec.payload().size())) {
        refused.add(
            new Refusal(
                position,
                SwarmException.Kind.OVERLOADED,
                "payloads of unfinished tasks reach " + Limits.MAX_HELD_PAYLOAD_BYTES + " bytes"));
        return;
      }
      Task task = Task.submitted(spec, state.index());
      Worker worker = spec.pinned() == null ? chosen(position, state) : null;
      state.add(worker == null ? task : task.placedOn(worker.id(), state.index()));
    }

    private Worker chosen(int position, Transition state) {
      if (position >= chosen.size() || epoch != state.epoch().number()) return null;
      Worker worker = state.worker(chosen.get(position));
      return worker != null && worker.takesTasksIn(state.epoch()) ? worker : null;
    }
  }

  /** Workers for tasks; all of a moment together. */
  record PlaceTasks(long epoch, List<Placement> placements) implements Command {
    @Override
    public List<Refusal> applyTo(Transition state) {
      List<Refusal> refused = new ArrayList<>();
      for (int i = 0; i < placements.size(); i++) {
        Placement placement = placements.get(i);
        Task task = state.task(placement.task());
        Worker worker = state.worker(placement.worker());
        String problem = problemOf(placement, task, worker, state);
        if (problem == null) {
          // The record's own id: a copy of it for each of its tasks would be memory for nothing.
          state.change(task, task.placedOn(worker.id(), state.index()));
        } else {
          refused.add(new Refusal(i, SwarmException.Kind.CONFLICT, problem));
        }
      }
      return refused;
    }

    private String problemOf(Placement placement, Task task, Worker worker, Transition state) {
      if (epoch != state.epoch().number()) return "epoch " + epoch + " is over";
      if (task == null) return "no task " + placement.task();
      if (task.status() != TaskStatus.PENDING || task.attempt() != placement.attempt()) {
        return "task " + task.id() + " is " + task.status() + " at attempt " + task.attempt();
      }
      if (worker == null || worker.statusIn(state.epoch()) != WorkerStatus.UP) {
        return "worker " + placement.worker() + " is not UP";
      }
      if (worker.availability() != Availability.ACTIVE) {
        return "worker " + worker.id() + " is " + worker.availability();
      }
      return null;
    }
  }

  /**
   * Workers say what became of their tasks. STALE_SESSION means: not now, offer it again in the
   * current session. Any other refusal is for good.
   */
  record ReportTasks(List<Report> reports) implements Command {
    @Override
    public List<Refusal> applyTo(Transition state) {
      List<Refusal> refused = new ArrayList<>();
      for (int i = 0; i < reports.size(); i++) report(i, reports.get(i), state, refused);
      return refused;
    }

    private void report(int position, Report report, Transition state, List<Refusal> refused) {
      Worker worker = state.worker(report.session().worker());
      Task task = state.task(report.task());
      if (worker == null || !worker.holds(report.session())) {
        refused.add(
            new Refusal(
                position,
                SwarmException.Kind.STALE_SESSION,
                "session " + report.session() + " is not the current one"));
      } else if (task == null) {
        refused.add(
            new Refusal(position, SwarmException.Kind.NOT_FOUND, "no task " + report.task()));
      } else if (!worker.id().equals(task.worker())) {
        refused.add(
            new Refusal(
                position,
                SwarmException.Kind.DENIED,
                "task " + task.id() + " is not worker " + worker.id() + "'s"));
      } else if (task.attempt() != report.attempt()) {
        refused.add(
            new Refusal(
                position,
                SwarmException.Kind.CONFLICT,
                "task " + task.id() + " is at attempt " + task.attempt()));
      } else {
        take(position, report, task, state, refused);
      }
    }

    private void take(
        int position, Report report, Task task, Transition state, List<Refusal> refused) {
      if (task.status() == report.status()) return; // said before
      if (task.status().finished()) {
        refused.add(
            new Refusal(
                position,
                SwarmException.Kind.CONFLICT,
                "task " + task.id() + " is already " + task.status()));
        return;
      }
      long at = state.index();
      if (report.status() == TaskStatus.RUNNING) {
        state.change(task, task.started(report.message(), report.atMillis(), at));
      } else if (report.status() == TaskStatus.LOST) {
        state.change(task, task.workerLost(report.message(), report.atMillis(), at));
      } else {
        state.change(
            task,
            task.finished(
                report.status(), report.message(), report.result(), report.atMillis(), at));
      }
      state.prune(report.atMillis());
    }
  }

  /** Stops a task: at once when no worker has it, else when its worker says so. */
  record CancelTask(TaskId task, long atMillis) implements Command {
    @Override
    public List<Refusal> applyTo(Transition state) {
      Task before = state.task(task);
      if (before == null) return refuse(0, SwarmException.Kind.NOT_FOUND, "no task " + task);
      if (before.status() == TaskStatus.CANCELLED || before.cancelled()) return List.of();
      if (before.status().finished()) {
        return refuse(
            0, SwarmException.Kind.CONFLICT, "task " + task + " is already " + before.status());
      }
      WorkerId holder = before.holder();
      Worker worker = holder == null ? null : state.worker(holder);
      state.change(
          before,
          worker != null && worker.down()
              ? before.finished(
                  TaskStatus.CANCELLED, "its worker is down", Bytes.EMPTY, atMillis, state.index())
              : before.cancelRequested(atMillis, state.index()));
      return List.of();
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
      long current = state.settings().version();
      if (expectedVersion != 0 && expectedVersion != current) {
        return refuse(
            0,
            SwarmException.Kind.CONFLICT,
            "settings are at version " + current + ", not " + expectedVersion);
      }
      Settings next =
          settings
              .with(settings.heartbeat().paced(state.settings().heartbeat().paceMillis()))
              .withVersion(current + 1);
      if (!Objects.equals(next, state.settings().withVersion(current + 1))) state.put(next);
      return List.of();
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
      if (epoch != state.epoch().number()) {
        return refuse(0, SwarmException.Kind.NOT_LEADER, "epoch " + epoch + " is over");
      }
      Settings before = state.settings();
      if (before.version() != version) {
        return refuse(
            0,
            SwarmException.Kind.CONFLICT,
            "settings are at version " + before.version() + ", not " + version);
      }
      state.put(before.with(before.heartbeat().paced(paceMillis)).withVersion(version + 1));
      return List.of();
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
      if (state.done(write)) return List.of();
      List<Refusal> refused = command.applyTo(state);
      if (refused.isEmpty()) state.remember(write);
      return refused;
    }

    @Override
    public String kind() {
      return command.kind();
    }
  }

  private static String noMember(String manager, long member) {
    return "manager " + manager + " is not member " + member + " of the group";
  }

  private static List<Refusal> refuse(int position, String nothingThere) {
    return refuse(position, SwarmException.Kind.NOT_FOUND, nothingThere);
  }

  private static List<Refusal> refuse(int position, SwarmException.Kind kind, String message) {
    return List.of(new Refusal(position, kind, message));
  }
}
