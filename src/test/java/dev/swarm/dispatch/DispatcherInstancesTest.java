package dev.swarm.dispatch;

import static dev.swarm.dispatch.Given.tasks;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.swarm.bus.SwarmBus;
import dev.swarm.model.EdgeLimits;
import dev.swarm.model.Limits;
import dev.swarm.model.Settings;
import dev.swarm.model.TimeSource;
import dev.swarm.model.WorkerId;
import dev.swarm.v1.ManagerMessage.BodyCase;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpVersion;
import io.vertx.grpc.client.GrpcClient;
import io.vertx.grpc.client.GrpcClientOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Several dispatchers of one manager, each on its own event loop. */
class DispatcherInstancesTest {
  private final Vertx vertx = Vertx.vertx();
  private final SwarmBus bus = new SwarmBus(vertx, Given.MANAGER);
  private final FakeManagers managers = new FakeManagers(bus);
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final List<DispatcherVerticle> dispatchers = new CopyOnWriteArrayList<>();
  private final List<GrpcClient> clients = new ArrayList<>();

  @AfterEach
  void stop() throws Exception {
    vertx.close().await(10, TimeUnit.SECONDS);
  }

  private DispatcherVerticle dispatcher() {
    DispatcherVerticle next =
        new DispatcherVerticle(
            new DispatchOptions(
                "demo", Given.MANAGER, Given.BOOT, "127.0.0.1", 0, EdgeLimits.DEFAULT),
            bus,
            new TimeSource(System::nanoTime, System::currentTimeMillis),
            new SplittableRandom(dispatchers.size()),
            meters,
            List.of());
    dispatchers.add(next);
    return next;
  }

  private FakeWorker dial(String id) {
    return dial(id, 1);
  }

  private FakeWorker dial(String id, long dial) {
    GrpcClient client =
        GrpcClient.client(
            vertx,
            new GrpcClientOptions().setMaxMessageSize(Limits.MAX_MESSAGE_BYTES),
            new HttpClientOptions()
                .setProtocolVersion(HttpVersion.HTTP_2)
                .setHttp2ClearTextUpgrade(false));
    clients.add(client);
    FakeWorker worker = new FakeWorker(id);
    return worker.dial(client, dispatchers.get(0).port(), worker.hello(5, dial).build());
  }

  private void deployTwo() throws Exception {
    managers.applySilently(Given.cluster(Settings.DEFAULT), Given.epoch(1));
    vertx.deployVerticle(managers).await(5, TimeUnit.SECONDS);
    vertx
        .deployVerticle(this::dispatcher, new DeploymentOptions().setInstances(2))
        .await(5, TimeUnit.SECONDS);
  }

  /** Connections go to the instances in turn: the second dial of each worker to the other one. */
  @Test
  void givenWorkersThatMoveBetweenInstances_thenTheNewStreamServesAndTheOldIsSilent()
      throws Exception {
    deployTwo();
    List<FakeWorker> old = new ArrayList<>();
    for (int i = 0; i < 9; i++) old.add(DispatcherFixture.welcomed(dial("w" + i)));
    List<FakeWorker> moved = new ArrayList<>();
    for (int i = 0; i < 9; i++) moved.add(DispatcherFixture.welcomed(dial("w" + i, 2)));
    await().until(() -> meters.get("swarm.sessions").gauge().value() == 9);
    assertThat(meters.get("swarm.session.closes").tags("reason", "moved").counter().count())
        .isEqualTo(9);

    for (int i = 0; i < 9; i++) managers.apply(tasks("t" + i + "-", 0, 2, new WorkerId("w" + i)));
    for (FakeWorker one : moved) {
      one.beat(1);
      await().until(() -> one.batchSizes().equals(List.of(2)));
    }
    old.forEach(one -> one.beat(9));
    await().until(() -> told() == 9);

    for (FakeWorker one : old) {
      assertThat(one.batchSizes()).isEmpty();
      assertThat(one.all(BodyCase.DISCONNECT))
          .as("two seconds may have passed")
          .allMatch(message -> message.getDisconnect().getText().equals(Farewells.OVERTAKEN));
    }
    assertThat(managers.beats.stream().flatMap(beats -> beats.beats().stream()))
        .allMatch(beat -> beat.seq() == 1);
  }

  private long told() {
    return managers.beats.stream()
        .flatMap(beats -> beats.beats().stream())
        .map(beat -> beat.session())
        .distinct()
        .count();
  }

  @Test
  void givenTwoInstances_thenTheyShareThePortAndTheMetersAndEachServesItsOwn() throws Exception {
    deployTwo();
    assertThat(dispatchers)
        .extracting(DispatcherVerticle::port)
        .containsOnly(dispatchers.get(0).port());

    List<FakeWorker> workers = new ArrayList<>();
    for (int i = 0; i < 20; i++) workers.add(dial("w" + i));
    await().until(() -> meters.get("swarm.sessions").gauge().value() == 20);
    for (int i = 0; i < 20; i++) managers.apply(tasks("t" + i + "-", 0, 1, new WorkerId("w" + i)));

    for (FakeWorker worker : workers) await().until(() -> worker.batchSizes().equals(List.of(1)));
    assertThat(managers.opens.stream().mapToInt(opens -> opens.opens().size()).sum()).isEqualTo(20);
  }
}
