package dev.swarm.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.swarm.model.TimeSource;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.net.NetServer;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Agents of one event loop that may only dial one after the other, and a manager that is mute. */
class DialInTurnTest {
  private static final int AGENTS = 40;
  private static final long WELCOME_MILLIS = 500;

  private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
  private final AgentConnections connections = AgentConnections.create(vertx, 1);
  private final Map<String, Long> dialledNanos = new ConcurrentHashMap<>();
  private final Map<String, Long> endedNanos = new ConcurrentHashMap<>();
  private final Map<String, EndReason> ends = new ConcurrentHashMap<>();
  private AgentStore store;
  private NetServer mute;

  /** Remembers the first dial of each agent and how it ended. */
  private final AgentListener seen =
      new AgentListener() {
        @Override
        public void dialled(String agent, long dial, String manager) {
          dialledNanos.putIfAbsent(agent, System.nanoTime());
        }

        @Override
        public void streamEnded(
            String agent, String manager, long session, EndReason reason, String text) {
          endedNanos.putIfAbsent(agent, System.nanoTime());
          ends.putIfAbsent(agent, reason);
        }
      };

  @BeforeEach
  void start() throws Exception {
    connections.connected().set(1); // somebody has a heartbeat to send
    store = AgentStore.inMemory(vertx);
    mute =
        AgentStoreTest.get(
            vertx.createNetServer().connectHandler(accepted -> {}).listen(0, "127.0.0.1"));
  }

  @AfterEach
  void close() throws Exception {
    for (String id : vertx.deploymentIDs()) AgentStoreTest.get(vertx.undeploy(id));
    AgentStoreTest.get(store.close());
    AgentStoreTest.get(vertx.close());
  }

  private Future<String> deploy(int number) {
    AgentOptions options =
        new AgentOptions(
            "w" + number, "demo", List.of("127.0.0.1:" + mute.actualPort()), Map.of(), 1, "a test");
    return vertx.deployVerticle(
        new WorkerAgentVerticle(
            options,
            new AgentTimings(WELCOME_MILLIS, 1_000, 1_000),
            store,
            new DiscardExecutor(vertx, 0),
            connections,
            new TimeSource(System::nanoTime, System::currentTimeMillis),
            new Random(number),
            new SimpleMeterRegistry(),
            seen));
  }

  private Future<?> deployAll() {
    return Future.all(IntStream.range(0, AGENTS).mapToObj(this::deploy).toList());
  }

  private static long millis(long fromNanos, long toNanos) {
    return TimeUnit.NANOSECONDS.toMillis(toNanos - fromNanos);
  }

  /** From the first dial to the last. */
  private long dialledWithinMillis() {
    return millis(Collections.min(dialledNanos.values()), Collections.max(dialledNanos.values()));
  }

  @Test
  void whenManyDialAtOnce_thenOneAfterTheOtherDoesAndWaitsForItsWelcomeFromThere() {
    deployAll();
    await().until(() -> ends.size() == AGENTS);
    // The first may hold the loop for longer than its place.
    assertThat(dialledWithinMillis()).isGreaterThan((AGENTS - 2) * DialGate.HOLD_MILLIS);
    assertThat(ends.values()).containsOnly(EndReason.NOT_WELCOMED);
    for (String agent : ends.keySet()) {
      assertThat(millis(dialledNanos.get(agent), endedNanos.get(agent)))
          .isGreaterThanOrEqualTo(WELCOME_MILLIS - 1);
    }
  }

  @Test
  void givenNoSessionInTheProcess_whenManyDialAtOnce_thenNobodyWaits() {
    connections.connected().set(0);
    deployAll();
    await().until(() -> dialledNanos.size() == AGENTS);
    assertThat(dialledWithinMillis()).isLessThan((AGENTS - 2) * DialGate.HOLD_MILLIS);
  }

  @Test
  void whenAnAgentStopsBeforeItsTurn_thenItNeverDialsAndTheOthersDo() throws Exception {
    deployAll();
    Future<Void> stopped = deploy(AGENTS).compose(vertx::undeploy);
    deploy(AGENTS + 1);
    AgentStoreTest.get(stopped);
    await().until(() -> dialledNanos.size() == AGENTS + 1);
    assertThat(dialledNanos).doesNotContainKey("w" + AGENTS);
  }

  @Test
  void whenAgentsStopWhileTheManagerIsMute_thenTheirPlacesAreFreeForOthers() throws Exception {
    for (int i = 0; i < 3; i++) {
      String agent = AgentStoreTest.get(deploy(i));
      int dialling = i;
      await().until(() -> dialledNanos.containsKey("w" + dialling));
      AgentStoreTest.get(vertx.undeploy(agent));
    }
    deploy(AGENTS);
    await().until(() -> dialledNanos.containsKey("w" + AGENTS));
  }
}
