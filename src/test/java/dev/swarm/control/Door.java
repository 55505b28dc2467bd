package dev.swarm.control;

import static org.awaitility.Awaitility.await;

import dev.swarm.bus.SwarmBus;
import dev.swarm.model.ClusterInfo;
import dev.swarm.model.Command;
import dev.swarm.model.EdgeLimits;
import dev.swarm.model.ManagerInfo;
import dev.swarm.model.ManagerState;
import dev.swarm.model.SessionOpen;
import dev.swarm.model.Settings;
import dev.swarm.model.TimeSource;
import dev.swarm.model.WorkerId;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/** The operator's door of manager m1, with a fake consensus behind it. */
final class Door implements AutoCloseable {
  static final long NOW_MILLIS = 1_800_000_000_000L;

  /** What came back. */
  record Reply(int status, HttpResponse<byte[]> raw) {
    String text() {
      return new String(raw.body(), StandardCharsets.UTF_8);
    }

    JsonObject json() {
      return new JsonObject(text());
    }

    JsonArray array() {
      return (JsonArray) Json.decodeValue(text());
    }

    String header(String name) {
      return raw.headers().firstValue(name).orElse(null);
    }
  }

  final Vertx vertx = Vertx.vertx();
  final SwarmBus bus = new SwarmBus(vertx, "m1");
  final FakeConsensus consensus = new FakeConsensus(bus);
  final PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  final ControlVerticle control;
  final String controlDeployment;
  private String consensusDeployment;
  private final HttpClient http = HttpClient.newHttpClient();

  /** A door that opens before there is anything behind it. */
  Door(long leastTtlMillis) {
    this(leastTtlMillis, 60, 15_000);
  }

  /** One that loses patience with quiet connections sooner. */
  Door(long leastTtlMillis, int idleSeconds, long keepAliveMillis) {
    ControlOptions options =
        new ControlOptions(
            "demo", "m1", "127.0.0.1", 0, "1.2.3", leastTtlMillis, EdgeLimits.DEFAULT);
    TimeSource time = new TimeSource(System::nanoTime, () -> NOW_MILLIS);
    control =
        new ControlVerticle(
            options, bus, time, new Random(7), meters, idleSeconds, keepAliveMillis);
    controlDeployment = get(vertx.deployVerticle(control));
  }

  Door withConsensus() {
    consensusDeployment = get(vertx.deployVerticle(consensus));
    return this;
  }

  void loseConsensus() {
    get(vertx.undeploy(consensusDeployment));
  }

  /** A door of a cluster that has begun, with m1 as its leader. */
  static Door open() {
    return new Door(0).withConsensus().begun();
  }

  Door begun() {
    consensus.apply(
        new Command.BeginCluster(
            new ClusterInfo("demo", 1), Settings.DEFAULT, List.of(manager("m1", control.port()))));
    consensus.apply(new Command.BeginEpoch(3, "m1", NOW_MILLIS));
    consensus.lead("m1", 3);
    await().until(() -> get("/health/ready").status() == 200);
    await().until(() -> get("/api/v1/settings").status() == 200);
    return this;
  }

  static ManagerInfo manager(String id, int httpPort) {
    return new ManagerInfo(
        id, 1, id + ":7001", id + ":7101", "127.0.0.1:" + httpPort, 100, ManagerState.ACTIVE);
  }

  /** A worker opens a session on m1, confirmed in the current epoch. */
  void join(String worker, Map<String, String> labels) {
    join(worker, "m1", labels);
  }

  void join(String worker, String manager, Map<String, String> labels) {
    SessionOpen open =
        new SessionOpen(new WorkerId(worker), 11, 1, manager, 5, "a worker", labels, 10);
    apply(new Command.OpenSessions(consensus.state().epoch().number(), List.of(open), NOW_MILLIS));
  }

  /** Commits, and waits until the door shows it. */
  void apply(Command command) {
    long index = consensus.apply(command).index();
    await().until(() -> get("/api/v1/self").json().getLong("appliedIndex") >= index);
  }

  Reply get(String path) {
    return send("GET", path, null, null);
  }

  Reply delete(String path) {
    return send("DELETE", path, null, null);
  }

  Reply put(String path, String json, String... headers) {
    return send("PUT", path, "application/json", json.getBytes(), headers);
  }

  Reply post(String path, String json) {
    return send("POST", path, "application/json", json.getBytes());
  }

  Reply submit(String json) {
    return send("POST", "/api/v1/tasks", "application/json", json.getBytes());
  }

  Reply submitMany(String... lines) {
    return send(
        "POST", "/api/v1/tasks", "application/x-ndjson", String.join("\n", lines).getBytes());
  }

  Reply send(String method, String path, String type, byte[] body, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + control.port() + path))
            .method(
                method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body));
    if (type != null) request.header("Content-Type", type);
    if (headers.length > 0) request.headers(headers);
    try {
      HttpResponse<byte[]> response = http.send(request.build(), BodyHandlers.ofByteArray());
      return new Reply(response.statusCode(), response);
    } catch (java.io.IOException | InterruptedException e) {
      throw new AssertionError(method + " " + path, e);
    }
  }

  /** What comes back on a plain connection. */
  String raw(String request) {
    try (Socket socket = new Socket("127.0.0.1", control.port())) {
      socket.setSoTimeout(10_000);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
      byte[] buffer = new byte[10_000];
      int read = socket.getInputStream().read(buffer);
      return new String(buffer, 0, Math.max(0, read), StandardCharsets.UTF_8);
    } catch (java.io.IOException e) {
      throw new AssertionError(e);
    }
  }

  static <T> T get(Future<T> future) {
    try {
      return future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    get(vertx.close());
  }
}
