package dev.swarm.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * A cluster of real processes for one test; its folder stays under {@code target/lab} for reading.
 */
final class TestCluster {
  static final Duration LIMIT = Duration.ofSeconds(60);

  private TestCluster() {}

  /** Three managers with default settings. */
  static LocalCluster of(String test, int managers) {
    return of(test, managers, new JsonObject());
  }

  /** Managers whose workers beat as often as given, for tests that wait for a TTL. */
  static LocalCluster beating(String test, int managers, String period) {
    return of(test, managers, heartbeat(period));
  }

  /** One manager that workers may ask often and be silent to for long. */
  static LocalCluster forAbuse(String test) {
    return of(test, 1, AbuseRun.SETTINGS);
  }

  /** The same on a host of its own. */
  static LocalCluster forAbuse(Network network, String test) {
    return new LocalCluster(Lab.jar(), folder(test), 1, AbuseRun.SETTINGS, network);
  }

  /** Managers on hosts of their own. */
  static LocalCluster on(Network network, String test, int managers, String period) {
    return new LocalCluster(Lab.jar(), folder(test), managers, heartbeat(period), network);
  }

  private static JsonObject heartbeat(String period) {
    return new JsonObject()
        .put(
            "heartbeat",
            new JsonObject()
                .put("period", period)
                .put("jitter", "10%")
                .put("ttlMultiplier", 3)
                .put("failoverMultiplier", 6));
  }

  private static LocalCluster of(String test, int managers, JsonObject settings) {
    return new LocalCluster(Lab.jar(), folder(test), managers, settings);
  }

  private static Path folder(String test) {
    try {
      Path base = Files.createDirectories(Path.of("target", "lab"));
      return Files.createTempDirectory(base, test + "-").toAbsolutePath();
    } catch (IOException failure) {
      throw new LabException("cannot make a folder: " + failure.getMessage());
    }
  }

  /** An executor that takes the given time over a task and does nothing. */
  static JsonObject discard(String delay) {
    return new JsonObject().put("kind", "discard").put("delay", delay);
  }

  /** So many tasks for any worker, one a line, with keys of their own. */
  static String tasks(String prefix, int count) {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < count; i++) {
      lines
          .append(
              new JsonObject()
                  .put("name", prefix)
                  .put("kind", "discard")
                  .put("key", prefix + "-" + i)
                  .put("payload", "x")
                  .encode())
          .append('\n');
    }
    return lines.toString();
  }

  /** Finished tasks, as the manager answers. */
  static int finished(LocalCluster cluster, String manager) throws IOException {
    return DemoTally.finished(
        cluster.api(manager).object("/api/v1/cluster").getJsonObject("tasks"));
  }

  /** All workers by their ids, as the manager answers. */
  static Map<String, JsonObject> workers(LocalCluster cluster, String manager) throws IOException {
    Map<String, JsonObject> workers = new HashMap<>();
    JsonArray list = cluster.api(manager).list("/api/v1/workers");
    for (int i = 0; i < list.size(); i++) {
      workers.put(list.getJsonObject(i).getString("id"), list.getJsonObject(i));
    }
    return workers;
  }

  /** Ids of the tasks that a manager answers to the query. */
  static Set<String> taskIds(LocalCluster cluster, String manager, String query)
      throws IOException {
    Set<String> ids = new HashSet<>();
    JsonArray list = cluster.api(manager).list("/api/v1/tasks" + query);
    for (int i = 0; i < list.size(); i++) ids.add(list.getJsonObject(i).getString("id"));
    return ids;
  }

  /** Waits until all managers are at one index, and checks that they agree on the state. */
  static void awaitEqualDigests(LocalCluster cluster) {
    Await.until(
        LIMIT,
        "equal digests at an equal index",
        () -> {
          Map<Long, Set<String>> digests = new HashMap<>();
          for (String id : cluster.managerIds()) {
            JsonObject status = cluster.api(id).object("/api/v1/cluster");
            digests
                .computeIfAbsent(status.getLong("index"), index -> new HashSet<>())
                .add(status.getString("digest"));
          }
          if (digests.size() != 1) return false;
          assertThat(digests.values().iterator().next()).hasSize(1);
          return true;
        });
  }
}
