package dev.swarm.app;

import static dev.swarm.sim.FakeConsensus.get;
import static org.awaitility.Awaitility.await;

import dev.swarm.bus.Endpoints;
import dev.swarm.bus.Messages.Write;
import dev.swarm.bus.SwarmBus;
import dev.swarm.dispatch.DispatchOptions;
import dev.swarm.dispatch.DispatcherVerticle;
import dev.swarm.model.BatchSettings;
import dev.swarm.model.Bytes;
import dev.swarm.model.Command;
import dev.swarm.model.EdgeLimits;
import dev.swarm.model.HeartbeatSettings;
import dev.swarm.model.SessionRef;
import dev.swarm.model.Settings;
import dev.swarm.model.Task;
import dev.swarm.model.TaskId;
import dev.swarm.model.TaskSpec;
import dev.swarm.model.TaskStatus;
import dev.swarm.model.TimeSource;
import dev.swarm.model.Worker;
import dev.swarm.model.WorkerId;
import dev.swarm.placement.PlacementVerticle;
import dev.swarm.presence.PresenceOptions;
import dev.swarm.presence.PresenceVerticle;
import dev.swarm.sim.FakeConsensus;
import dev.swarm.worker.AgentConnections;
import dev.swarm.worker.AgentListener;
import dev.swarm.worker.AgentOptions;
import dev.swarm.worker.AgentStore;
import dev.swarm.worker.DiscardExecutor;
import dev.swarm.worker.EndReason;
import dev.swarm.worker.TaskExecutor;
import dev.swarm.worker.WorkerAgentVerticle;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Two managers without Raft: dispatchers on real ports, and a leader beside them; agents that reach
 * them by a way that can be cut. Only consensus is a fake: one replica that commits at once.
 */
final class LiveCluster {
  static final int PERIOD_MILLIS = 400;

  private static final TimeSource TIME =
      new TimeSource(System::nanoTime, System::currentTimeMillis);

  final Vertx vertx = Vertx.vertx();
  final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  final FakeConsensus consensus;
  final List<TcpProxy> ways = new ArrayList<>();
  final Seen seen = new Seen();

  /** What the next leader goes by. */
  PresenceOptions presence = PresenceOptions.DEFAULT;

  private final SwarmBus bus = new SwarmBus(vertx, "m1");
  private final AgentConnections connections = AgentConnections.create(vertx);
  private final List<String> leading = new ArrayList<>();
  private final List<String> agents = new ArrayList<>();
  private int boots;

  /** What the agents of a test told of themselves, as {@code agent what ...}. */
  static final class Seen implements AgentListener {
    final List<String> dials = new CopyOnWriteArrayList<>();
    final List<String> sessions = new CopyOnWriteArrayList<>();
    final List<String> ends = new CopyOnWriteArrayList<>();
    final List<String> starts = new CopyOnWriteArrayList<>();

    @Override
    public void dialled(String agent, long dial, String manager) {
      dials.add(agent + " " + manager);
    }

    @Override
    public void welcomed(String agent, String manager, long session) {
      sessions.add(agent + " " + session);
    }

    @Override
    public void streamEnded(
        String agent, String manager, long session, EndReason reason, String text) {
      ends.add(agent + " " + reason);
    }

    @Override
    public void taskStarted(String agent, TaskId task, int attempt) {
      starts.add(task + "#" + attempt);
    }
  }

  LiveCluster() {
    Settings settings =
        new Settings(new HeartbeatSettings(PERIOD_MILLIS, 10, 5, 10), BatchSettings.DEFAULT, 0);
    consensus = new FakeConsensus(bus, settings);
    get(consensus.serve());
    for (int i = 1; i <= 2; i++) {
      DispatcherVerticle dispatcher =
          new DispatcherVerticle(
              new DispatchOptions("demo", "m" + i, 7, "127.0.0.1", 0, EdgeLimits.DEFAULT),
              bus,
              TIME,
              new SplittableRandom(i),
              meters,
              List.of());
      get(vertx.deployVerticle(dispatcher));
      ways.add(new TcpProxy(vertx, dispatcher.port()));
    }
    lead();
  }

  /** A leader begins to work in the epoch that is. */
  void lead() {
    long epoch = consensus.state().epoch().number();
    leading.add(
        get(vertx.deployVerticle(new PresenceVerticle("m1", epoch, presence, bus, TIME, meters))));
    leading.add(get(vertx.deployVerticle(new PlacementVerticle(epoch, bus, TIME, meters))));
  }

  /** The leader is gone: nobody serves its addresses. */
  void leaderDies() {
    leading.forEach(id -> get(vertx.undeploy(id)));
    leading.clear();
  }

  /** Another leader is elected. */
  void elect() {
    long term = consensus.state().epoch().term() + 1;
    consensus.term = term;
    consensus.write(new Command.BeginEpoch(term, "m1", TIME.millis()));
    lead();
  }

  /** An agent that runs tasks at once and may dial these managers; returns its deployment. */
  String agent(String id, TcpProxy... managers) {
    return agent(id, 0, managers);
  }

  /** An agent whose tasks take so long. */
  String agent(String id, long taskMillis, TcpProxy... managers) {
    return agent(id, new DiscardExecutor(vertx, taskMillis), managers);
  }

  private String agent(String id, TaskExecutor executor, TcpProxy... managers) {
    AgentOptions options =
        new AgentOptions(
            id,
            "demo",
            Arrays.stream(managers).map(TcpProxy::address).toList(),
            Map.of("zone", "a"),
            10,
            "");
    WorkerAgentVerticle agent =
        new WorkerAgentVerticle(
            options,
            AgentStore.inMemory(vertx),
            executor,
            connections,
            TIME,
            new Random(++boots),
            meters,
            seen);
    agents.add(get(vertx.deployVerticle(agent)));
    return agents.get(agents.size() - 1);
  }

  /** Submits as an operator does. */
  void submit(String worker, String... ids) {
    List<TaskSpec> specs = Arrays.stream(ids).map(id -> spec(worker, id)).toList();
    get(bus.request(Endpoints.WRITES, new Write(new Command.SubmitTasks(specs), false)));
  }

  /** A task for this worker; for any when null. */
  static TaskSpec spec(String worker, String id) {
    return new TaskSpec(
        new TaskId(id),
        id,
        id,
        "discard",
        Bytes.EMPTY,
        worker == null ? null : new WorkerId(worker),
        3,
        TIME.millis());
  }

  Worker worker(String id) {
    return consensus.state().workers().get(new WorkerId(id));
  }

  SessionRef session(String id) {
    return worker(id).ref();
  }

  Task task(String id) {
    return consensus.state().tasks().get(new TaskId(id));
  }

  /** Waits until so many workers are UP, and none in another state. */
  void awaitUp(int workers) {
    await()
        .atMost(Duration.ofSeconds(20))
        .until(
            () ->
                consensus.state().workerCounts().up() == workers
                    && consensus.state().workers().size() == workers);
  }

  /** Waits until the tasks have this status. */
  void awaitStatus(TaskStatus status, String... ids) {
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> Arrays.stream(ids).allMatch(id -> task(id).status() == status));
  }

  /** Waits until the dispatchers have heard so many more beats. */
  void awaitBeats(int more) {
    double before = meters.get("swarm.heartbeats").counter().count();
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> meters.get("swarm.heartbeats").counter().count() >= before + more);
  }

  double opened(String reason) {
    var counter = meters.find("swarm.session.opens").tag("reason", reason).counter();
    return counter == null ? 0 : counter.count();
  }

  /** Stops the agents, then the managers. */
  void close() {
    agents.retainAll(vertx.deploymentIDs());
    agents.forEach(id -> get(vertx.undeploy(id)));
    get(vertx.close());
  }
}
