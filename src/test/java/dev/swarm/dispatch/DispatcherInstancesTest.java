package dev.swarm.dispatch;

import static dev.swarm.dispatch.Given.tasks;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.swarm.bus.SwarmBus;
import dev.swarm.model.Limits;
import dev.swarm.model.Settings;
import dev.swarm.model.TimeSource;
import dev.swarm.model.WorkerId;
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
            new DispatchOptions("demo", Given.MANAGER, Given.BOOT, "127.0.0.1", 0),
            bus,
            new TimeSource(System::nanoTime, System::currentTimeMillis),
            new SplittableRandom(dispatchers.size()),
            meters,
            List.of());
    dispatchers.add(next);
    return next;
  }

  private FakeWorker dial(String id) {
    GrpcClient client =
        GrpcClient.client(
            vertx,
            new GrpcClientOptions().setMaxMessageSize(Limits.MAX_MESSAGE_BYTES),
            new HttpClientOptions()
                .setProtocolVersion(HttpVersion.HTTP_2)
                .setHttp2ClearTextUpgrade(false));
    clients.add(client);
    return new FakeWorker(id).dial(client, dispatchers.get(0).port());
  }

  @Test
  void givenTwoInstances_thenTheyShareThePortAndTheMetersAndEachServesItsOwn() throws Exception {
    managers.applySilently(Given.cluster(Settings.DEFAULT), Given.epoch(1));
    vertx.deployVerticle(managers).await(5, TimeUnit.SECONDS);
    vertx
        .deployVerticle(this::dispatcher, new DeploymentOptions().setInstances(2))
        .await(5, TimeUnit.SECONDS);
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
