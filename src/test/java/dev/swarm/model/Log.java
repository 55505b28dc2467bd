package dev.swarm.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A log of one replica: applies commands at once and keeps what became of them. */
final class Log {
  static final long BOOT = 7;

  private final Rules rules;
  private ClusterState state = ClusterState.EMPTY;
  private final List<List<Command>> entries = new ArrayList<>();
  private ClusterState.Applied last;

  /** An empty log. */
  Log() {
    this(Rules.NEWEST);
  }

  private Log(Rules rules) {
    this.rules = rules;
  }

  /** A log whose first leader has begun its reign in term 1. */
  static Log begun() {
    return begun(Rules.NEWEST);
  }

  /** The same, of a program that knows these rules. */
  static Log begun(Rules rules) {
    Log log = new Log(rules);
    log.apply(
        new Command.BeginCluster(new ClusterInfo("demo", 42), Settings.DEFAULT, List.of()),
        new Command.BeginEpoch(1, "m1", 1_000));
    return log;
  }

  ClusterState state() {
    return state;
  }

  List<List<Command>> entries() {
    return entries;
  }

  List<Change> changes() {
    return last.changes();
  }

  /** Applies the commands as one entry; returns the refusals of the last command. */
  List<Refusal> apply(Command... commands) {
    entries.add(List.of(commands));
    last = state.apply(state.index() + 1, List.of(commands), 0, rules);
    state = last.state();
    return last.outcomes().get(commands.length - 1).refused();
  }

  /** The worker opens a session on m1 and becomes UP. */
  SessionRef open(String worker, long boot, long dial) {
    apply(new Command.OpenSessions(epoch(), List.of(wish(worker, boot, dial)), 2_000));
    return ref(worker);
  }

  SessionRef up(String worker) {
    return open(worker, BOOT, 1);
  }

  static SessionOpen wish(String worker, long boot, long dial) {
    return new SessionOpen(id(worker), boot, dial, "m1", 100, "", Map.of("zone", "a"), 10);
  }

  List<Refusal> judge(SessionRef session, long epoch, Judgement.Verdict verdict) {
    return apply(
        new Command.SetStatus(List.of(new Judgement(session, epoch, verdict, "because")), 3_000));
  }

  List<Refusal> submit(String task, String pinned, int maxAttempts) {
    return apply(new Command.SubmitTasks(List.of(spec(task, pinned, maxAttempts, "payload"))));
  }

  static TaskSpec spec(String task, String pinned, int maxAttempts, String payload) {
    return new TaskSpec(
        new TaskId(task),
        "key-" + task,
        task,
        "discard",
        Bytes.wrap(payload.getBytes(java.nio.charset.StandardCharsets.UTF_8)),
        pinned == null ? null : id(pinned),
        maxAttempts,
        1_500);
  }

  List<Refusal> place(String task, String worker) {
    return apply(
        new Command.PlaceTasks(
            epoch(), List.of(new Placement(new TaskId(task), task(task).attempt(), id(worker)))));
  }

  List<Refusal> report(SessionRef session, String task, int attempt, TaskStatus status) {
    return apply(
        new Command.ReportTasks(
            List.of(
                new Report(session, new TaskId(task), attempt, status, "", Bytes.EMPTY, 4_000))));
  }

  void newLeader(long term) {
    apply(new Command.BeginEpoch(term, "m2", 5_000));
  }

  long epoch() {
    return state.epoch().number();
  }

  Task task(String task) {
    return state.tasks().get(new TaskId(task));
  }

  Worker worker(String worker) {
    return state.workers().get(id(worker));
  }

  WorkerStatus status(String worker) {
    return state.statusOf(worker(worker));
  }

  SessionRef ref(String worker) {
    return worker(worker).ref();
  }

  static WorkerId id(String worker) {
    return new WorkerId(worker);
  }
}
