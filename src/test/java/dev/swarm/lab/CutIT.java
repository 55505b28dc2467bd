package dev.swarm.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Managers without each other, but not without their workers and clients: cut on hosts of their
 * own, which needs root, or stopped. Where a TTL matters it is 6 s.
 */
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
      Map<String, JsonObject> before = TestCluster.workers(cluster, leader);
      assertThat(before.values()).anyMatch(worker -> cut.equals(worker.getString("manager")));

      final long cutAt = System.currentTimeMillis();
      eachOther(cluster, cut, network::cut);
      Await.until(
          TestCluster.LIMIT,
          "nobody left on " + cut,
          () ->
              TestCluster.workers(cluster, leader).values().stream()
                  .noneMatch(worker -> cut.equals(worker.getString("manager"))));
      assertThat(System.currentTimeMillis() - cutAt).as("before the TTL ends").isLessThan(15_000);
      cluster.awaitUp(leader, AGENTS, TestCluster.LIMIT);
      TestCluster.workers(cluster, leader)
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
      final Map<String, JsonObject> before = TestCluster.workers(cluster, leader);

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
      Map<String, JsonObject> after = TestCluster.workers(cluster, leader);
      after.forEach(
          (id, worker) ->
              assertThat(worker.getValue("since")).isEqualTo(before.get(id).getValue("since")));
      AgentJournal journal = AgentJournal.read(cluster.journals(), cutAt);
      assertThat(journal.momentsWithoutStream()).isZero();
      assertThat(journal.mostDialsOf(before.keySet())).as("dials of one worker").isLessThan(9);
    }
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void givenTheLeaderCutOffUnderWrites_thenItSaysNothing_othersElect_andTheyAgreeAfterHealing()
      throws Exception {
    try (Network network = new Network(3);
        LocalCluster cluster = TestCluster.on(network, "cut-leader", 3, "2s")) {
      LocalCluster.Leader old = startWithTwoProcesses(cluster);
      LoneLeader lone = new LoneLeader(cluster, old.id());
      assertThat(TestCluster.workers(cluster, old.id()))
          .anySatisfy((id, worker) -> assertThat(onManager(id, worker, "w1", old.id())).isTrue())
          .anySatisfy((id, worker) -> assertThat(onManager(id, worker, "w2", old.id())).isTrue());

      final Set<String> kept =
          lone.endures(
              () -> eachOther(cluster, old.id(), network::cut), "w1", Duration.ofSeconds(9));
      LocalCluster.Leader next = cluster.awaitLeader(old.epoch(), TestCluster.LIMIT);
      assertThat(next.id()).isNotEqualTo(old.id());
      kept.add(
          cluster
              .api(next.id())
              .submit(TestCluster.tasks("next", 1))
              .getJsonArray("tasks")
              .getJsonObject(0)
              .getString("id"));

      eachOther(cluster, old.id(), network::heal);
      awaitDown(lone, old.id(), AGENTS);
      for (String manager : cluster.alive()) {
        assertThat(TestCluster.taskIds(cluster, manager, "")).containsAll(kept);
      }
      TestCluster.awaitEqualDigests(cluster);
      assertThat(TestCluster.workers(cluster, old.id()))
          .allSatisfy(
              (id, worker) ->
                  assertThat(worker.getString("status"))
                      .isEqualTo(id.startsWith("w1") ? "DOWN" : "UP"));
    }
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void givenTheFollowersStoppedUnderWrites_thenTheLeaderSaysNothing_andJudgesOnceTheyAreBack()
      throws Exception {
    try (LocalCluster cluster = TestCluster.beating("stop-followers", 3, "2s")) {
      String leader = startWithTwoProcesses(cluster).id();
      LoneLeader lone = new LoneLeader(cluster, leader);
      List<String> followers = others(cluster, leader);
      lone.endures(
          () -> followers.forEach(id -> cluster.manager(id).signal("STOP")),
          "w1",
          Duration.ofSeconds(9));
      followers.forEach(id -> cluster.manager(id).signal("CONT"));
      awaitDown(lone, followers.get(0), AGENTS);
    }
  }

  private static LocalCluster.Leader startWithTwoProcesses(LocalCluster cluster) {
    cluster.startManagers();
    LocalCluster.Leader leader = cluster.awaitLeader(0, TestCluster.LIMIT);
    cluster.startWorkers("w1", AGENTS, 1, TestCluster.discard("1ms"));
    cluster.startWorkers("w2", AGENTS, 1, TestCluster.discard("1ms"));
    cluster.awaitUp(leader.id(), 2 * AGENTS, TestCluster.LIMIT);
    return cluster.awaitLeader(0, TestCluster.LIMIT);
  }

  private static boolean onManager(String id, JsonObject worker, String process, String manager) {
    return id.startsWith(process) && manager.equals(worker.getString("manager"));
  }

  private static void awaitDown(LoneLeader lone, String manager, int count) {
    Await.until(
        TestCluster.LIMIT,
        "the dead to be DOWN, and no other, as " + manager + " sees it",
        () -> lone.down(manager) == count);
  }

  private static void eachOther(
      LocalCluster cluster, String one, BiConsumer<Integer, Integer> way) {
    for (String other : others(cluster, one)) way.accept(host(cluster, one), host(cluster, other));
  }

  private static List<String> others(LocalCluster cluster, String manager) {
    return cluster.managerIds().stream().filter(id -> !id.equals(manager)).toList();
  }

  private static int host(LocalCluster cluster, String manager) {
    return cluster.managerIds().indexOf(manager) + 1;
  }
}
