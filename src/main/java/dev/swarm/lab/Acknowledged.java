package dev.swarm.lab;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Every task that was ever acknowledged, and whether each is still there, once. */
final class Acknowledged {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final LocalCluster cluster;
  private final Set<String> tasks = new HashSet<>();
  private final Set<String> prefixes = new HashSet<>();
  private int verified;

  Acknowledged(LocalCluster cluster) {
    this.cluster = cluster;
  }

  int size() {
    return tasks.size();
  }

  /** Lets clients submit to the leader until so many were acknowledged; they go on. */
  Writers writeUntil(int count, String prefix, int clients) {
    ManagerApi leader = cluster.api(cluster.awaitLeader(0, LIMIT).id());
    prefixes.add(prefix);
    Writers writers = new Writers(leader, prefix, clients);
    Await.until(LIMIT, count + " acknowledged tasks", () -> writers.acknowledged().size() >= count);
    return writers;
  }

  /** What was answered by now must be there for good. */
  void remember(Writers writers) {
    writers.acknowledged().forEach(one -> tasks.add(one.task()));
  }

  /**
   * What is wrong, a line each. A manager that was just started does not know yet which of its last
   * entries are committed: one more write comes after all of them, and then all are at one state.
   */
  List<String> verify() throws IOException {
    try (Writers last = writeUntil(1, "after" + ++verified + "-", 1)) {
      remember(last);
    }
    awaitOneState();
    List<String> wrong = new ArrayList<>();
    for (String manager : cluster.managerIds()) {
      Set<String> missing = new HashSet<>(tasks);
      Set<String> names = new HashSet<>();
      JsonArray held = cluster.api(manager).list("/api/v1/tasks");
      for (int i = 0; i < held.size(); i++) {
        JsonObject task = held.getJsonObject(i);
        missing.remove(task.getString("id"));
        String name = task.getString("name");
        boolean ours = prefixes.stream().anyMatch(name::startsWith);
        if (ours && !names.add(name)) wrong.add(manager + " has twice: " + task);
      }
      if (!missing.isEmpty()) wrong.add(manager + " has lost " + missing);
    }
    return wrong;
  }

  private void awaitOneState() {
    Await.until(
        LIMIT,
        "one index and one digest on all managers",
        () -> {
          Set<String> states = new HashSet<>();
          for (String id : cluster.managerIds()) {
            JsonObject status = cluster.api(id).object("/api/v1/cluster");
            states.add(status.getLong("index") + " " + status.getString("digest"));
          }
          return states.size() == 1;
        });
  }
}
