package dev.swarm.app;

import static dev.swarm.sim.FakeConsensus.get;
import static org.awaitility.Awaitility.await;

import dev.swarm.bus.Endpoints;
import dev.swarm.bus.Messages.StateQuery;
import dev.swarm.bus.Messages.StateView;
import dev.swarm.bus.SwarmBus;
import dev.swarm.config.FreePorts;
import dev.swarm.config.ManagerConfig;
import dev.swarm.model.ClusterState;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;

/** Whole managers in one process, as a host application deploys them. */
final class Managers implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  final Vertx vertx = Vertx.vertx();
  private final Path root;
  private final List<String> listed;
  private final Map<String, JsonObject> entries = new TreeMap<>();
  private final Map<String, ManagerVerticle> running = new TreeMap<>();

  /** Managers that list each other, and others that have an address only. */
  Managers(Path root, List<String> listed, String... others) {
    this.root = root;
    this.listed = listed;
    try (FreePorts free = new FreePorts(ThreadLocalRandom.current())) {
      for (String id : Stream.concat(listed.stream(), Stream.of(others)).toList()) {
        JsonObject entry = new JsonObject().put("id", id);
        for (String port : List.of("api", "raft", "http")) {
          entry.put(port, "127.0.0.1:" + free.applyAsInt("127.0.0.1"));
        }
        entries.put(id, entry);
      }
    }
  }

  Path folder(String id) {
    return root.resolve(id);
  }

  /** Configuration of this manager among the given ones. */
  JsonObject config(String id, String cluster, String... listed) {
    JsonObject config =
        new JsonObject()
            .put("role", "manager")
            .put("id", id)
            .put("cluster", cluster)
            .put("dataDir", folder(id).toString())
            .put("managers", new JsonArray(List.of(listed).stream().map(entries::get).toList()))
            .put(
                "settings",
                new JsonObject()
                    .put(
                        "heartbeat",
                        new JsonObject()
                            .put("period", "1s")
                            .put("ttlMultiplier", 10)
                            .put("failoverMultiplier", 12)));
    for (String port : List.of("api", "raft", "http")) {
      String[] address = entries.get(id).getString(port).split(":");
      config.put(
          port, new JsonObject().put("host", address[0]).put("port", Integer.parseInt(address[1])));
    }
    return config;
  }

  /** Configuration of this manager, which joins the cluster of the given ones. */
  JsonObject joining(String id, String cluster, String... asked) {
    JsonObject config = config(id, cluster);
    config.remove("managers");
    return config.put("join", new JsonArray(List.of(asked).stream().map(this::api).toList()));
  }

  /** The file with the configuration of this manager among the given ones. */
  Path file(String id, String... listed) throws IOException {
    Path file = root.resolve(id + ".json");
    return Files.writeString(file, config(id, "demo", listed).encode());
  }

  String api(String id) {
    return entries.get(id).getString("api");
  }

  String raft(String id) {
    return entries.get(id).getString("raft");
  }

  String http(String id) {
    return entries.get(id).getString("http");
  }

  ManagerVerticle start(String id) {
    return start(id, config(id, "demo", listed.toArray(String[]::new)));
  }

  ManagerVerticle start(String id, JsonObject config) {
    ManagerVerticle manager =
        new ManagerVerticle(
            ManagerConfig.of(config), new PrometheusMeterRegistry(PrometheusConfig.DEFAULT));
    get(vertx.deployVerticle(manager));
    running.put(id, manager);
    return manager;
  }

  void startAll() {
    listed.forEach(this::start);
  }

  void stop(String id) {
    get(undeploy(id));
  }

  void stopAll() {
    get(Future.all(List.copyOf(running.keySet()).stream().map(this::undeploy).toList()));
  }

  private Future<Void> undeploy(String id) {
    return vertx.undeploy(running.remove(id).deploymentID());
  }

  ManagerVerticle running(String id) {
    return running.get(id);
  }

  /** The state as this manager has it; an empty one while it takes no part. */
  ClusterState state(String id) {
    return get(
        new SwarmBus(vertx, id)
            .request(Endpoints.STATE, new StateQuery())
            .map(StateView::state)
            .otherwise(ClusterState.EMPTY));
  }

  /**
   * Which member of the cluster a manager is, as the first one knows it; 0 while that one, which
   * may still read its log, knows nothing of it.
   */
  long member(String asked, String id) {
    var manager = state(asked).managers().get(id);
    return manager == null ? 0 : manager.member();
  }

  /** Waits until all that run have applied the beginning of a reign later than this one. */
  ClusterState led(long afterEpoch) {
    return led(afterEpoch, running.keySet().toArray(String[]::new));
  }

  /** Waits until these have applied the beginning of a reign later than this one. */
  ClusterState led(long afterEpoch, String... ids) {
    await()
        .pollInterval(Duration.ofMillis(50))
        .atMost(PATIENCE)
        .until(
            () ->
                Stream.of(ids)
                    .map(this::state)
                    .allMatch(s -> s.epoch().number() > afterEpoch && s.epoch().term() > 0));
    return state(ids[0]);
  }

  @Override
  public void close() {
    stopAll();
    get(vertx.close());
  }
}
