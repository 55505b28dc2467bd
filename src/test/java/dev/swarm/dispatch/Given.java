package dev.swarm.dispatch;

import dev.swarm.model.Assignments;
import dev.swarm.model.Bytes;
import dev.swarm.model.ClusterInfo;
import dev.swarm.model.ClusterState;
import dev.swarm.model.Command;
import dev.swarm.model.Command.BeginCluster;
import dev.swarm.model.Command.BeginEpoch;
import dev.swarm.model.Command.OpenSessions;
import dev.swarm.model.Command.SubmitTasks;
import dev.swarm.model.ManagerInfo;
import dev.swarm.model.ManagerState;
import dev.swarm.model.SessionOpen;
import dev.swarm.model.SessionRef;
import dev.swarm.model.Settings;
import dev.swarm.model.Task;
import dev.swarm.model.TaskId;
import dev.swarm.model.TaskSpec;
import dev.swarm.model.WorkerId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What tests of this package begin with. */
final class Given {
  static final String MANAGER = "m1";
  static final long BOOT = 77;
  static final long INCARNATION = 4711;
  static final WorkerId W1 = new WorkerId("w1");

  private Given() {}

  static Command cluster(Settings settings) {
    ManagerInfo manager =
        new ManagerInfo(
            MANAGER, 1, "127.0.0.1:1", "127.0.0.1:2", "127.0.0.1:3", 100, ManagerState.ACTIVE);
    return new BeginCluster(new ClusterInfo("demo", INCARNATION), settings, List.of(manager));
  }

  static Command epoch(long term) {
    return new BeginEpoch(term, MANAGER, 1_000);
  }

  static SessionOpen open(WorkerId worker, long agentBoot, long dial) {
    return new SessionOpen(worker, agentBoot, dial, MANAGER, BOOT, "", Map.of(), 1);
  }

  static Command opened(long epoch, SessionOpen open) {
    return new OpenSessions(epoch, List.of(open), 1_000);
  }

  static TaskSpec spec(String id, WorkerId worker, int payloadBytes) {
    return new TaskSpec(
        new TaskId(id), id, id, "discard", Bytes.wrap(new byte[payloadBytes]), worker, 1, 1_000);
  }

  static Command tasks(String prefix, int from, int count, WorkerId worker) {
    List<TaskSpec> specs = new ArrayList<>();
    for (int i = from; i < from + count; i++) specs.add(spec(prefix + i, worker, 0));
    return new SubmitTasks(specs);
  }

  /** A cluster whose worker w1 has a session and this many tasks, t0 and on. */
  static ClusterState worker(int tasks) {
    return ClusterState.EMPTY
        .apply(1, List.of(cluster(Settings.DEFAULT), epoch(1), opened(1, open(W1, 5, 1))))
        .state()
        .apply(2, List.of(tasks("t", 0, tasks, W1)))
        .state();
  }

  static Task task(String id, int payloadBytes) {
    return ClusterState.EMPTY
        .apply(1, List.of(cluster(Settings.DEFAULT), epoch(1), opened(1, open(W1, 5, 1))))
        .state()
        .apply(2, List.of(new SubmitTasks(List.of(spec(id, W1, payloadBytes)))))
        .state()
        .tasks()
        .get(new TaskId(id));
  }

  static Assignments nothing(long version) {
    return new Assignments(version, version, false, List.of(), List.of());
  }

  static PendingChange change(String id, long version, boolean last) {
    return new PendingChange(new TaskId(id), task(id, 0), version, last, 0);
  }

  static SessionRef session(long number) {
    return new SessionRef(W1, number);
  }
}
