package dev.swarm.sim;

import dev.swarm.bus.Messages.StateNews;
import dev.swarm.model.Change;
import dev.swarm.model.ClusterInfo;
import dev.swarm.model.Command;
import dev.swarm.model.SessionRef;
import dev.swarm.model.Settings;
import dev.swarm.model.WorkerId;
import dev.swarm.presence.MassLossBrake;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** Managers, workers, a log, and a record of who was judged when. */
final class Fleet {
  /**
   * A worker became DOWN.
   *
   * @param silentMillis since its last confirmed beat, or the beginning of its session
   * @param alive the worker ran and beat: the verdict is false
   */
  record Down(WorkerId worker, long atMillis, double silentMillis, boolean alive, String reason) {}

  final VirtualTime time = new VirtualTime();
  final SimLog log = new SimLog(time);
  final SplittableRandom random;
  final List<SimManager> managers = new ArrayList<>();
  final List<SimWorker> workers = new ArrayList<>();
  final List<Down> downs = new ArrayList<>();

  private final Map<WorkerId, SimWorker> byId = new HashMap<>();
  private final Map<SessionRef, Long> confirmed = new HashMap<>();
  private final MassLossBrake.Threshold brake;
  SimLeader leader;

  Fleet(long seed, int managerCount, int workerCount) {
    this(seed, managerCount, workerCount, MassLossBrake.Threshold.DEFAULT);
  }

  Fleet(long seed, int managerCount, int workerCount, MassLossBrake.Threshold brake) {
    random = new SplittableRandom(seed);
    this.brake = brake;
    log.write(new Command.BeginCluster(new ClusterInfo("sim", 1), Settings.DEFAULT, List.of()));
    log.subscribe(this::record);
    for (int i = 0; i < managerCount; i++) {
      managers.add(new SimManager(this, time, log, "m" + i, () -> leader));
    }
    for (int i = 0; i < workerCount; i++) {
      SimWorker worker = new SimWorker(this, time, new WorkerId("w" + i), random.nextLong());
      workers.add(worker);
      byId.put(worker.id, worker);
      time.in(random.nextInt(2_000) + 100, worker::dial);
    }
    elect();
  }

  /** All workers have a session and beat. */
  Fleet settled() {
    time.pass(10_000);
    if (log.state().workerCounts().up() != workers.size()) {
      throw new AssertionError("not settled: " + log.state().workerCounts());
    }
    return this;
  }

  /** A leader on the first manager that lives. */
  void elect() {
    String on = managers.stream().filter(manager -> manager.alive).findFirst().orElseThrow().id;
    leader = new SimLeader(time, log, on, brake);
  }

  /** The leader dies, its manager lives; the next one is there after the usual time. */
  void changeLeader() {
    leader.kill();
    leader = null;
    time.in(1_000 + random.nextInt(600), this::elect);
  }

  /** The first manager, which leads, is gone. */
  void killLeadingManager() {
    SimManager leading =
        managers.stream().filter(manager -> manager.alive).findFirst().orElseThrow();
    leading.kill();
    changeLeader();
  }

  /** Nothing reaches the first manager any more, and nobody is told so: its workers wait. */
  void blackHoleLeadingManager() {
    SimManager leading =
        managers.stream().filter(manager -> manager.alive).findFirst().orElseThrow();
    leading.alive = false;
    changeLeader();
  }

  int periodMillis() {
    return log.state().settings().heartbeat().effectiveMillis();
  }

  long ttlMillis() {
    return log.state().settings().heartbeat().ttlMillis();
  }

  SimManager anyManager() {
    List<SimManager> living = managers.stream().filter(manager -> manager.alive).toList();
    return living.get(random.nextInt(living.size()));
  }

  SimWorker worker(WorkerId id) {
    return byId.get(id);
  }

  void confirmed(SessionRef session, long atNanos) {
    confirmed.merge(session, atNanos, Math::max);
  }

  private void record(StateNews news) {
    for (Change change : news.changes()) {
      if (!(change instanceof Change.WorkerChanged worker)) continue;
      SessionRef session = worker.after().ref();
      if (!worker.after().down()) {
        confirmed.putIfAbsent(session, time.now());
      } else {
        SimWorker judged = byId.get(session.worker());
        downs.add(
            new Down(
                session.worker(),
                time.nowMillis(),
                (time.now() - confirmed.get(session)) / 1e6,
                judged.alive() && !judged.stopped() && session.equals(judged.session()),
                worker.after().reason()));
      }
    }
  }
}
