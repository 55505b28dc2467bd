package dev.swarm.app;

import dev.swarm.config.ManagerConfig;
import dev.swarm.config.WorkerConfig;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/** What the README shows of embedding, compiled and run. */
public final class EmbeddingExample {
  private EmbeddingExample() {}

  /** A worker in a host application. */
  // README: worker
  public static Future<String> deployWorker(
      Vertx vertx, String manager, String dataDir, MeterRegistry meters) {
    // A task of kind "eventbus" arrives here with its payload; the reply is its result.
    vertx.eventBus().<Buffer>consumer("thumbs", task -> task.reply("thumb of " + task.body()));
    JsonObject config =
        new JsonObject() // the keys of a file, see docs/configuration.md
            .put("id", "thumbs-1")
            .put("cluster", "demo")
            .put("dataDir", dataDir)
            .put("managers", new JsonArray().add(manager)) // "127.0.0.1:7001"
            .put("executor", new JsonObject().put("kind", "eventbus").put("address", "thumbs"));
    return vertx.deployVerticle(new WorkerVerticle(WorkerConfig.of(config), meters));
  }

  // README: end

  /** A manager in a host application. */
  // README: manager
  public static Future<ManagerVerticle> deployManager(
      Vertx vertx, JsonObject config, PrometheusMeterRegistry meters) {
    ManagerVerticle manager = new ManagerVerticle(ManagerConfig.of(config), meters);
    return vertx.deployVerticle(manager).map(id -> manager);
  }
  // README: end
}
