package dev.swarm.dispatch;

import static org.awaitility.Awaitility.await;

import dev.swarm.bus.SwarmBus;
import dev.swarm.model.BatchSettings;
import dev.swarm.model.EdgeLimits;
import dev.swarm.model.HeartbeatSettings;
import dev.swarm.model.Limits;
import dev.swarm.model.Settings;
import dev.swarm.model.TimeSource;
import dev.swarm.v1.Hello;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpVersion;
import io.vertx.grpc.client.GrpcClient;
import io.vertx.grpc.client.GrpcClientOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;

/** A real dispatcher on a real port, between fake managers and fake workers. */
final class DispatcherFixture {
  static final Settings SETTINGS = Settings.DEFAULT;

  /** Periods so short that a test sees a TTL of 600 ms pass. */
  static final Settings FAST =
      new Settings(new HeartbeatSettings(300, 10, 2, 6), BatchSettings.DEFAULT, 0);

  static {
    Awaitility.setDefaultPollDelay(Duration.ZERO);
    Awaitility.setDefaultPollInterval(Duration.ofMillis(10));
  }

  final Vertx vertx = Vertx.vertx();

  /** How far the dispatcher's clock is ahead of ours. */
  final AtomicLong skewNanos = new AtomicLong();

  final FakeManagers managers = new FakeManagers(new SwarmBus(vertx, Given.MANAGER));
  final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  final DispatcherVerticle dispatcher;

  private final List<GrpcClient> clients = new ArrayList<>();

  DispatcherFixture(Settings settings) throws Exception {
    managers.applySilently(Given.cluster(settings), Given.epoch(1));
    vertx.deployVerticle(managers).await(5, TimeUnit.SECONDS);
    dispatcher =
        new DispatcherVerticle(
            new DispatchOptions(
                "demo", Given.MANAGER, Given.BOOT, "127.0.0.1", 0, EdgeLimits.DEFAULT),
            new SwarmBus(vertx, Given.MANAGER),
            new TimeSource(() -> System.nanoTime() + skewNanos.get(), System::currentTimeMillis),
            new SplittableRandom(1),
            meters,
            List.of());
    vertx.deployVerticle(dispatcher).await(5, TimeUnit.SECONDS);
  }

  /** A client with a connection of its own. */
  GrpcClient client() {
    GrpcClient client =
        GrpcClient.client(
            vertx,
            new GrpcClientOptions().setMaxMessageSize(Limits.MAX_MESSAGE_BYTES),
            new HttpClientOptions()
                .setProtocolVersion(HttpVersion.HTTP_2)
                .setHttp2ClearTextUpgrade(false));
    clients.add(client);
    return client;
  }

  FakeWorker dial(String id, long boot, long dial) {
    FakeWorker worker = new FakeWorker(id);
    return worker.dial(client(), dispatcher.port(), worker.hello(boot, dial).build());
  }

  FakeWorker dial(FakeWorker worker, Hello hello) {
    return worker.dial(client(), dispatcher.port(), hello);
  }

  /** A worker whose session is open and who knows that it has nothing to do. */
  FakeWorker welcomed(String id) {
    return welcomed(dial(id, 5, 1));
  }

  static FakeWorker welcomed(FakeWorker worker) {
    await().atMost(Duration.ofSeconds(5)).until(() -> !worker.assignments().isEmpty());
    return worker;
  }

  /** Lets so much time pass at once for the dispatcher; it takes a longer time for a stall. */
  void pass(Duration time) {
    skewNanos.addAndGet(time.toNanos());
  }

  double gauge(String name) {
    return meters.get(name).gauge().value();
  }

  double count(String name, String... tags) {
    return meters.get(name).tags(tags).counter().count();
  }

  void close() throws Exception {
    vertx.close().await(10, TimeUnit.SECONDS);
  }
}
