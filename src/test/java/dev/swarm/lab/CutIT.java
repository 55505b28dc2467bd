package dev.swarm.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Managers on hosts of their own, cut from each other but not from their workers. Needs root. */
class CutIT {
  private static final int AGENTS = 30;

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void givenAFollowerCutOff_whenItsWorkersAreAdvisedToMove_thenTheyAreUpElsewhereAndNeverDown()
      throws Exception {
    try (Network network = new Network(3);
        LocalCluster cluster = TestCluster.on(network, "cut-follower", 3, "5s")) {
      cluster.startManagers();
      String leader = cluster.awaitLeader(0, TestCluster.LIMIT).id();
      cluster.startWorkers("w1", AGENTS, 1, TestCluster.discard("1ms"));
      cluster.awaitUp(leader, AGENTS, TestCluster.LIMIT);
      String cut = cluster.managerIds().stream().filter(id -> !id.equals(leader)).findFirst().get();
      Map<String, JsonObject> before = workers(cluster, leader);
      assertThat(before.values()).anyMatch(worker -> cut.equals(worker.getString("manager")));

      final long cutAt = System.currentTimeMillis();
      for (String other : others(cluster, cut))
        network.cut(host(cluster, cut), host(cluster, other));
      Await.until(
          TestCluster.LIMIT,
          "nobody left on " + cut,
          () ->
              workers(cluster, leader).values().stream()
                  .noneMatch(worker -> cut.equals(worker.getString("manager"))));
      assertThat(System.currentTimeMillis() - cutAt).as("before the TTL ends").isLessThan(15_000);
      cluster.awaitUp(leader, AGENTS, TestCluster.LIMIT);
      workers(cluster, leader)
          .forEach(
              (id, worker) ->
                  assertThat(worker.getValue("since")).isEqualTo(before.get(id).getValue("since")));
      assertThat(AgentJournal.read(cluster.journals(), cutAt).momentsWithoutStream()).isZero();
    }
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void givenNoLeaderAnywhere_whenWorkersAreAdvisedToMove_thenTheyStayWhereTheyAre()
      throws Exception {
    try (Network network = new Network(3);
        LocalCluster cluster = TestCluster.on(network, "cut-all", 3, "2s")) {
      cluster.startManagers();
      String leader = cluster.awaitLeader(0, TestCluster.LIMIT).id();
      cluster.startWorkers("w1", AGENTS, 1, TestCluster.discard("1ms"));
      cluster.awaitUp(leader, AGENTS, TestCluster.LIMIT);
      final Map<String, JsonObject> before = workers(cluster, leader);

      final long cutAt = System.currentTimeMillis();
      network.cut(1, 2);
      network.cut(1, 3);
      network.cut(2, 3);
      Await.until(
          TestCluster.LIMIT, "two TTLs to pass", () -> System.currentTimeMillis() - cutAt > 12_000);
      network.heal(1, 2);
      network.heal(1, 3);
      network.heal(2, 3);
      for (String manager : cluster.alive()) {
        cluster.awaitUp(manager, AGENTS, TestCluster.LIMIT);
      }
      Map<String, JsonObject> after = workers(cluster, leader);
      after.forEach(
          (id, worker) ->
              assertThat(worker.getValue("since")).isEqualTo(before.get(id).getValue("since")));
      AgentJournal journal = AgentJournal.read(cluster.journals(), cutAt);
      assertThat(journal.momentsWithoutStream()).isZero();
      assertThat(journal.mostDialsOf(before.keySet())).as("dials of one worker").isLessThan(9);
    }
  }

  private static List<String> others(LocalCluster cluster, String manager) {
    return cluster.managerIds().stream().filter(id -> !id.equals(manager)).toList();
  }

  private static int host(LocalCluster cluster, String manager) {
    return cluster.managerIds().indexOf(manager) + 1;
  }

  private static Map<String, JsonObject> workers(LocalCluster cluster, String manager)
      throws IOException {
    Map<String, JsonObject> workers = new HashMap<>();
    JsonArray list = cluster.api(manager).list("/api/v1/workers");
    for (int i = 0; i < list.size(); i++) {
      workers.put(list.getJsonObject(i).getString("id"), list.getJsonObject(i));
    }
    return workers;
  }
}
