package dev.swarm.lab;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

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

  /**
   * Waits until so many agents have been told of these managers, as one of them sees them, last.
   */
  static void awaitKnown(LocalCluster cluster, int agents, String seer, Duration limit) {
    Await.until(
        limit,
        agents + " workers with the list of managers that " + seer + " has",
        () -> {
          List<String> wanted = told(cluster, seer);
          Map<String, List<String>> lists = AgentJournal.read(cluster.journals(), 0).lists();
          return lists.size() == agents && lists.values().stream().allMatch(wanted::equals);
        });
  }

  /** What agents are to be told: id, address and share of all that take part. */
  private static List<String> told(LocalCluster cluster, String seer) throws IOException {
    return cluster.api(seer).list("/api/v1/managers").stream()
        .map(JsonObject.class::cast)
        .filter(manager -> !List.of("JOINING", "LEAVING").contains(manager.getString("state")))
        .map(Members::told)
        .sorted()
        .toList();
  }

  private static String told(JsonObject manager) {
    boolean active = "ACTIVE".equals(manager.getString("state"));
    int share = active ? manager.getInteger("weight") : 0;
    return manager.getString("id") + " " + manager.getString("api") + " " + share;
  }
}
