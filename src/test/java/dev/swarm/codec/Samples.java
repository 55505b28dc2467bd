package dev.swarm.codec;

import dev.swarm.model.Availability;
import dev.swarm.model.BatchSettings;
import dev.swarm.model.Bytes;
import dev.swarm.model.ClusterInfo;
import dev.swarm.model.ClusterState;
import dev.swarm.model.Command;
import dev.swarm.model.Epoch;
import dev.swarm.model.ForgottenTasks;
import dev.swarm.model.FormerAgent;
import dev.swarm.model.HeartbeatSettings;
import dev.swarm.model.Judgement;
import dev.swarm.model.ManagerInfo;
import dev.swarm.model.ManagerState;
import dev.swarm.model.ManagerStep;
import dev.swarm.model.Placement;
import dev.swarm.model.Report;
import dev.swarm.model.Rules;
import dev.swarm.model.Session;
import dev.swarm.model.SessionOpen;
import dev.swarm.model.SessionRef;
import dev.swarm.model.Settings;
import dev.swarm.model.Task;
import dev.swarm.model.TaskId;
import dev.swarm.model.TaskSpec;
import dev.swarm.model.TaskStatus;
import dev.swarm.model.Worker;
import dev.swarm.model.WorkerId;
import dev.swarm.model.WorkerTasks;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Values with something in every field. */
final class Samples {
  static final WorkerId WORKER = new WorkerId("w1");
  static final TaskId TASK = new TaskId("t1");
  static final SessionRef SESSION = new SessionRef(WORKER, 7);
  static final Settings SETTINGS =
      new Settings(
          new HeartbeatSettings(4_000, 20, 4, 8, 500, 6_000), new BatchSettings(50, 60), 3, 7_000);
  static final ManagerInfo MANAGER =
      new ManagerInfo("m1", 2, "0af", "a:1", "b:2", "c:3", 50, ManagerState.ACTIVE);
  static final TaskSpec SPEC =
      new TaskSpec(TASK, "key", "name", "process", bytes("payload"), WORKER, 5, 11);

  private Samples() {}

  static Bytes bytes(String text) {
    return Bytes.wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  static Map<String, String> labels() {
    return new TreeMap<>(Map.of("zone", "a", "arch", "arm"));
  }

  static SessionOpen open() {
    return new SessionOpen(WORKER, -21, 3, "m1", 0x8000_0000_0000_0001L, "desc", labels(), 4);
  }

  static Worker worker() {
    return new Worker(
        WORKER,
        "desc",
        labels(),
        4,
        Availability.PAUSED,
        new Session(7, "m1", 31, -32, 33),
        true,
        9,
        1_234,
        "silent",
        List.of(new FormerAgent(-34, 35)));
  }

  static Task task() {
    return new Task(
        SPEC, 2, WORKER, true, TaskStatus.RUNNING, "text", bytes("result"), 5, 6, 40, 39);
  }

  static ClusterState.WorkerHistory history() {
    return new ClusterState.WorkerHistory(
        WORKER, 17, List.of(new WorkerTasks.Removal(18, TASK), new WorkerTasks.Removal(25, TASK)));
  }

  static ClusterState.Records records() {
    return new ClusterState.Records(
        new ClusterInfo("cluster", -5),
        77,
        new Epoch(6, 8, "m1", 99),
        SETTINGS,
        List.of(MANAGER),
        List.of(worker()),
        List.of(history()),
        List.of(task()),
        List.of(new ForgottenTasks.Part(43, List.of(-8L, 9L))),
        List.of(-6L, 7L),
        Rules.SECOND,
        41);
  }

  static LogCodec.Entry entry() {
    return new LogCodec.Entry(
        List.of(new Command.SetWeight("m2", 50), new Command.CancelTask(TASK, 104)), 105);
  }

  static List<Command> commands() {
    return List.of(
        new Command.BeginCluster(new ClusterInfo("cluster", -5), SETTINGS, List.of(MANAGER)),
        new Command.BeginEpoch(8, "m1", 99),
        new Command.PutManager(MANAGER),
        new Command.SetWeight("m2", 50),
        new Command.StepManager("m2", ManagerStep.RETIRE),
        new Command.AdmitManager(ManagerInfo.joining("m4", "0b1", "a:4", "b:4", "c:4")),
        new Command.AdmitManager(
            ManagerInfo.joining("m4", "0b1", "a:4", "b:4", "c:4").drained(true)),
        new Command.PromoteManager("m4", 40),
        new Command.RemoveManager("m4", 41),
        new Command.ForgetManager("m4", 42),
        new Command.SetPace(6, 3, 6_000),
        new Command.ForgetPromise(6, 3),
        new Command.OpenSessions(6, List.of(open()), 100),
        new Command.SetStatus(
            List.of(new Judgement(SESSION, 6, Judgement.Verdict.DOWN, "silent")), 101),
        new Command.SetAvailability(WORKER, Availability.DRAINED, 102),
        new Command.SubmitTasks(List.of(SPEC), 6, List.of(WORKER)),
        new Command.PlaceTasks(6, List.of(new Placement(TASK, 2, WORKER))),
        new Command.ReportTasks(
            List.of(
                new Report(SESSION, TASK, 2, TaskStatus.COMPLETE, "done", bytes("result"), 103))),
        new Command.CancelTask(TASK, 104),
        new Command.Once(-7, new Command.CancelTask(TASK, 104)),
        new Command.ChangeSettings(SETTINGS, 3));
  }
}
