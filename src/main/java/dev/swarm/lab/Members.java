package dev.swarm.lab;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** The members of a cluster, as its managers see them. */
final class Members {
  private Members() {}

  /** Waits until all these managers, and no others, are ACTIVE as each of the seers answers. */
  static void awaitActive(
      LocalCluster cluster, List<String> members, List<String> seers, Duration limit) {
    String wanted = members.stream().map(id -> id + " ACTIVE").sorted().toList().toString();
    for (String seer : seers) {
      Await.until(
          limit, wanted + " as " + seer + " sees it", () -> wanted.equals(list(cluster, seer)));
    }
  }

  private static String list(LocalCluster cluster, String seer) throws IOException {
    cluster.checkAlive();
    return cluster.api(seer).list("/api/v1/managers").stream()
        .map(JsonObject.class::cast)
        .map(manager -> manager.getString("id") + " " + manager.getString("state"))
        .sorted()
        .toList()
        .toString();
  }
}
