package dev.swarm.app;

import static dev.swarm.sim.FakeConsensus.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.swarm.bus.Messages.Role;
import dev.swarm.bus.Messages.RoleChanged;
import dev.swarm.bus.Messages.StateNews;
import dev.swarm.bus.SwarmBus;
import dev.swarm.bus.Topics;
import dev.swarm.config.FreePorts;
import dev.swarm.config.ManagerConfig;
import dev.swarm.model.Change.WorkerChanged;
import dev.swarm.model.Worker;
import dev.swarm.worker.AgentConnections;
import dev.swarm.worker.AgentListener;
import dev.swarm.worker.AgentOptions;
import dev.swarm.worker.AgentStore;
import dev.swarm.worker.DiscardExecutor;
import dev.swarm.worker.WorkerAgentVerticle;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How soon the leader knows of a goodbye: three managers with Raft on disk and agents on sockets,
 * in one process, so that both ends of the time are read from one clock and nothing is polled.
 */
class GoodbyeTest {
  private static final Logger log = LoggerFactory.getLogger(GoodbyeTest.class);
  private static final int MANAGERS = 3;
  private static final int AGENTS = 15;

  /** What is promised. */
  private static final long PROMISED_MILLIS = 200;

  /**
   * For the worst one: a pause of a busy test machine, or one slow {@code fsync}, is no broken
   * promise; a goodbye that waited for a beat (5 s) or a TTL would be.
   */
  private static final long WORST_MILLIS = 3_000;

  @TempDir private Path root;
  private final Vertx vertx = Vertx.vertx();
  private final List<ManagerConfig> managers = new ArrayList<>();
  private final Map<String, RoleChanged> roles = new ConcurrentHashMap<>();

  /** When the leader had applied that a worker is DOWN. */
  private final Map<String, Long> downAt = new ConcurrentHashMap<>();

  private final Map<String, Worker> down = new ConcurrentHashMap<>();
  private final Map<String, Long> welcomed = new ConcurrentHashMap<>();

  @BeforeEach
  void startManagers() {
    JsonArray members = new JsonArray();
    try (FreePorts free = new FreePorts(ThreadLocalRandom.current())) {
      for (int i = 1; i <= MANAGERS; i++) {
        JsonObject member = new JsonObject().put("id", "m" + i);
        for (String kind : List.of("api", "raft", "http")) {
          member.put(kind, "127.0.0.1:" + free.applyAsInt("127.0.0.1"));
        }
        members.add(member);
      }
    }
    members.forEach(member -> managers.add(configuration((JsonObject) member, members)));
    for (ManagerConfig manager : managers) watch(manager.id());
    Future<?> started = Future.all(managers.stream().map(this::deploy).toList());
    awaitThat(started::succeeded);
    awaitThat(() -> roles.values().stream().anyMatch(role -> role.role() == Role.LEADER));
  }

  private ManagerConfig configuration(JsonObject member, JsonArray members) {
    JsonObject json =
        new JsonObject()
            .put("id", member.getString("id"))
            .put("cluster", "demo")
            .put("dataDir", root.resolve(member.getString("id")).toString())
            .put("managers", members);
    for (String kind : List.of("api", "raft", "http")) {
      String port = member.getString(kind).substring("127.0.0.1:".length());
      json.put(kind, new JsonObject().put("port", Integer.parseInt(port)));
    }
    return ManagerConfig.of(json);
  }

  private Future<String> deploy(ManagerConfig manager) {
    PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    return vertx.deployVerticle(new ManagerVerticle(manager, meters));
  }

  private void watch(String manager) {
    SwarmBus bus = new SwarmBus(vertx, manager);
    get(bus.subscribe(Topics.ROLE, role -> roles.put(manager, role)));
    get(bus.subscribe(Topics.STATE, news -> onNews(manager, news)));
  }

  private void onNews(String manager, StateNews news) {
    RoleChanged role = roles.get(manager);
    if (role == null || role.role() != Role.LEADER) return;
    long now = System.nanoTime();
    news.changes().stream()
        .filter(WorkerChanged.class::isInstance)
        .map(change -> ((WorkerChanged) change).after())
        .filter(Worker::down)
        .forEach(
            worker -> {
              down.put(worker.id().value(), worker);
              downAt.put(worker.id().value(), now);
            });
  }

  @AfterEach
  void stop() {
    get(vertx.close());
  }

  @Test
  void givenWorkersOnEveryManager_whenTheySayGoodbye_thenTheLeaderCallsThemDownWithin200Millis() {
    AgentConnections connections = AgentConnections.create(vertx);
    List<Long> millis = new ArrayList<>();
    for (int i = 0; i < AGENTS; i++) {
      String id = "w" + i;
      String agent = get(startAgent(id, managers.get(i % MANAGERS), connections));
      awaitThat(() -> welcomed.containsKey(id));
      long said = System.nanoTime();
      get(vertx.undeploy(agent));
      awaitThat(() -> downAt.containsKey(id));
      assertThat(down.get(id).reason()).isEqualTo("left: agent stops");
      millis.add((downAt.get(id) - said) / 1_000_000);
    }
    log.info("DOWN after a goodbye, ms: {}", millis);
    List<Long> sorted = millis.stream().sorted().toList();
    assertThat(sorted.get(AGENTS / 2)).as("median of %s", millis).isLessThan(PROMISED_MILLIS);
    assertThat(sorted.get(AGENTS - 1)).as("worst of %s", millis).isLessThan(WORST_MILLIS);
  }

  private static void awaitThat(Callable<Boolean> fact) {
    await().pollInterval(Duration.ofMillis(5)).atMost(Duration.ofSeconds(60)).until(fact);
  }

  private Future<String> startAgent(String id, ManagerConfig manager, AgentConnections ways) {
    AgentOptions options =
        new AgentOptions(
            id, "demo", List.of(manager.api().advertise().toString()), Map.of(), 1, "");
    AgentListener listener =
        new AgentListener() {
          @Override
          public void welcomed(String agent, String address, long session) {
            welcomed.put(agent, session);
          }
        };
    return vertx.deployVerticle(
        new WorkerAgentVerticle(
            options,
            AgentStore.inMemory(vertx),
            new DiscardExecutor(vertx, 0),
            ways,
            Clocks.SYSTEM,
            new SplittableRandom(7),
            new SimpleMeterRegistry(),
            listener));
  }
}
