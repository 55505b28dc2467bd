package dev.swarm.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** Commands as a cluster might see them, right and wrong ones, drawn from a seed. */
final class RandomHistory {
  private static final int WORKERS = 6;
  private static final int TASKS = 40;

  private final SplittableRandom random;
  private long clock = 10_000;

  RandomHistory(long seed) {
    random = new SplittableRandom(seed);
  }

  /** The commands of the next entry. */
  List<Command> next(ClusterState state) {
    List<Command> commands = new ArrayList<>();
    int count = 1 + random.nextInt(4);
    for (int i = 0; i < count; i++) commands.add(command(state));
    return commands;
  }

  int below(int bound) {
    return random.nextInt(bound);
  }

  private Command command(ClusterState state) {
    clock += random.nextInt(50);
    return switch (random.nextInt(16)) {
      case 0, 1 -> open(state);
      case 2 -> judge(state);
      case 3, 4, 5 -> submit();
      case 6, 7, 8, 9 -> place(state);
      case 10, 11, 12, 13 -> report(state);
      case 14 -> new Command.CancelTask(task(), clock);
      default -> rare(state);
    };
  }

  private Command rare(ClusterState state) {
    return switch (random.nextInt(13)) {
      case 0 -> new Command.BeginEpoch(state.epoch().term() + random.nextInt(2), "m2", clock);
      case 1 -> new Command.SetAvailability(worker(), pick(Availability.values()), clock);
      case 2 ->
          new Command.ChangeSettings(
              new Settings(
                  new HeartbeatSettings(
                      1_000 + random.nextInt(9_000), 10, 3, 6, random.nextInt(2) * 100, 0),
                  BatchSettings.DEFAULT,
                  0),
              random.nextInt(2));
      case 11 ->
          new Command.ForgetPromise(
              state.epoch().number() - random.nextInt(2),
              state.settings().version() - random.nextInt(2));
      case 10 ->
          new Command.SetPace(
              state.epoch().number() - random.nextInt(2),
              state.settings().version() - random.nextInt(2),
              1_000 * random.nextInt(60));
      case 3 -> new Command.SetWeight("m" + random.nextInt(3), 10 * random.nextInt(11));
      case 4 -> admit();
      case 5 -> {
        ManagerInfo one = manager(state);
        yield new Command.PromoteManager(one.id(), one.member());
      }
      case 6 -> {
        ManagerInfo one = manager(state);
        yield new Command.RemoveManager(one.id(), one.member());
      }
      case 7 -> {
        ManagerInfo one = manager(state);
        yield new Command.ForgetManager(one.id(), one.member());
      }
      case 8, 9 -> new Command.StepManager("m" + random.nextInt(3), pick(ManagerStep.values()));
      default ->
          new Command.PutManager(
              new ManagerInfo(
                  "m" + random.nextInt(3), clock, "a:1", "a:2", "a:3", 100, ManagerState.ACTIVE));
    };
  }

  private Command admit() {
    int number = random.nextInt(9);
    String nonce = "f" + random.nextInt(2);
    return new Command.AdmitManager(
        ManagerInfo.joining("m" + number, nonce, "b:" + number, "c:" + number, "d:" + number));
  }

  /** One of those there are, now and then under a number that it has not. */
  private ManagerInfo manager(ClusterState state) {
    List<ManagerInfo> all = List.copyOf(state.managers().values());
    if (all.isEmpty()) return ManagerInfo.joining("m0", "f0", "b:0", "c:0", "d:0");
    ManagerInfo one = all.get(random.nextInt(all.size()));
    return random.nextInt(5) == 0 ? one.as(one.member() + 1) : one;
  }

  private Command open(ClusterState state) {
    SessionOpen wish =
        new SessionOpen(
            worker(),
            random.nextInt(4),
            1 + random.nextInt(20),
            "m" + random.nextInt(3),
            1,
            "d" + random.nextInt(2),
            Map.of("zone", "z" + random.nextInt(2)),
            1 + random.nextInt(9));
    return new Command.OpenSessions(state.epoch().number(), List.of(wish), clock);
  }

  private Command judge(ClusterState state) {
    return new Command.SetStatus(
        List.of(
            new Judgement(
                session(state),
                state.epoch().number() - random.nextInt(2),
                pick(Judgement.Verdict.values()),
                "r" + random.nextInt(3))),
        clock);
  }

  private Command submit() {
    TaskId task = task();
    return new Command.SubmitTasks(
        List.of(
            new TaskSpec(
                task,
                "key",
                "n",
                "discard",
                Bytes.wrap(new byte[task.value().length()]),
                random.nextInt(3) == 0 ? worker() : null,
                1 + random.nextInt(3),
                clock)));
  }

  private Command place(ClusterState state) {
    TaskId id = state.pending().isEmpty() ? task() : state.pending().first().task();
    Task task = state.tasks().get(id);
    int attempt = task == null ? 0 : task.attempt() + (random.nextInt(8) == 0 ? 1 : 0);
    return new Command.PlaceTasks(
        state.epoch().number(), List.of(new Placement(id, attempt, worker())));
  }

  private Command report(ClusterState state) {
    TaskId id = task();
    Task task = state.tasks().get(id);
    WorkerId worker = task == null || task.worker() == null ? worker() : task.worker();
    TaskStatus[] all = TaskStatus.values();
    return new Command.ReportTasks(
        List.of(
            new Report(
                new SessionRef(worker, session(state, worker)),
                id,
                task == null ? 1 : task.attempt() + random.nextInt(2) * random.nextInt(2),
                all[TaskStatus.RUNNING.ordinal() + random.nextInt(all.length - 2)],
                "m" + random.nextInt(3),
                Bytes.wrap(new byte[random.nextInt(3)]),
                clock)));
  }

  private SessionRef session(ClusterState state) {
    WorkerId worker = worker();
    return new SessionRef(worker, session(state, worker) - random.nextInt(2));
  }

  private static long session(ClusterState state, WorkerId worker) {
    Worker known = state.workers().get(worker);
    return known == null ? 1 : known.session().number();
  }

  private WorkerId worker() {
    return new WorkerId("w" + random.nextInt(WORKERS));
  }

  private TaskId task() {
    return new TaskId("t" + random.nextInt(TASKS));
  }

  private <T> T pick(T[] values) {
    return values[random.nextInt(values.length)];
  }
}
