package dev.swarm.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.swarm.Needs;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * A leader whose packets are lost without a word, and workers that nobody can reach: behind a
 * router that masquerades them and lets nothing in. Needs root, {@code ip} and {@code nft}.
 */
class BlackHoleIT {
  private static final int NEAR = 20;
  private static final int INSIDE = 6;
  private static final int TASKS = 60;
  private static final long PERIOD = 2_000;

  /** The next beat comes after a period and its jitter, and its Pong is awaited for 2 s. */
  private static final long LOOK_ELSEWHERE = PERIOD + PERIOD / 10 + 2_000;

  /** For a dial on a machine that is busy with other tests. */
  private static final long LITTLE = 500;

  /** For a machine that is busy with other tests. */
  private static final long BUSY = 1_000;

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void
      givenABlackHoledLeader_thenManagersNoticeIn3SecondsAndWorkersAfterTheirNextBeat_alsoBehindNat()
          throws Exception {
    Needs.met(Network.canMasquerade(), "nft");
    try (Network network = new Network(4);
        LocalCluster cluster = TestCluster.on(network, "black-hole", 3, "2s")) {
      network.masquerade(4);
      cluster.wrap("inside", network.onTheInside());
      cluster.leaveUnbalanced();
      cluster.startManagers();
      String first = cluster.awaitLeader(0, TestCluster.LIMIT).id();
      cluster.startWorkers("near", NEAR, 10, TestCluster.discard("1ms"));
      cluster.startWorkersAt("inside", INSIDE, 10, TestCluster.discard("1ms"), List.of(first));
      LocalCluster.Leader old = cluster.awaitLeader(0, TestCluster.LIMIT);
      List<String> survivors =
          cluster.managerIds().stream().filter(id -> !id.equals(old.id())).toList();
      for (String id : survivors) cluster.awaitUp(id, NEAR + INSIDE, TestCluster.LIMIT);
      assertThat(Kernel.listening(cluster.worker("inside").pid())).as("ports listened on").isZero();
      assertInsideWorks(cluster, survivors.get(0), "before");
      Map<String, JsonObject> before = TestCluster.workers(cluster, survivors.get(0));
      assertThat(before.keySet()).anyMatch(id -> on(old.id(), before.get(id)) && inside(id));

      final long lostAt = System.currentTimeMillis();
      network.blackHole(cluster.managerIds().indexOf(old.id()) + 1);
      for (String id : survivors) awaitOtherLeader(cluster, id, old);
      final long noticed = System.currentTimeMillis() - lostAt;
      assertThat(noticed).as("until both survivors have a leader").isLessThan(3_000 + BUSY);
      for (String id : survivors) awaitAllUp(cluster, id, old);

      assertOnlyItsWorkersDialled(cluster, before, old.id(), lostAt);
      assertNobodyWasDown(before, TestCluster.workers(cluster, survivors.get(0)));
      assertInsideWorks(cluster, survivors.get(0), "after");
    }
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void givenABlackHoledFollower_thenTheLeaderNoticesIn3SecondsAndItsWorkersAfterTheirNextBeat()
      throws Exception {
    try (Network network = new Network(3);
        LocalCluster cluster = TestCluster.on(network, "black-hole-follower", 3, "2s")) {
      cluster.leaveUnbalanced();
      cluster.startManagers();
      cluster.awaitLeader(0, TestCluster.LIMIT);
      cluster.startWorkers("near", NEAR, 10, TestCluster.discard("1ms"));
      LocalCluster.Leader leader = cluster.awaitLeader(0, TestCluster.LIMIT);
      String lost =
          cluster.managerIds().stream().filter(id -> !id.equals(leader.id())).findAny().get();
      cluster.awaitUp(leader.id(), NEAR, TestCluster.LIMIT);
      Map<String, JsonObject> before = TestCluster.workers(cluster, leader.id());
      assertThat(before.values()).anyMatch(worker -> on(lost, worker));

      final long lostAt = System.currentTimeMillis();
      network.blackHole(cluster.managerIds().indexOf(lost) + 1);
      Await.until(
          TestCluster.LIMIT, "the leader to miss its link", () -> followers(cluster, leader) == 1);
      assertThat(System.currentTimeMillis() - lostAt).isLessThan(3_000 + BUSY);
      Await.until(
          TestCluster.LIMIT,
          "all workers to be on the others",
          () ->
              TestCluster.workers(cluster, leader.id()).values().stream()
                  .noneMatch(worker -> on(lost, worker)));

      assertOnlyItsWorkersDialled(cluster, before, lost, lostAt);
      assertNobodyWasDown(before, TestCluster.workers(cluster, leader.id()));
      assertThat(cluster.awaitLeader(0, TestCluster.LIMIT)).as("no election").isEqualTo(leader);
    }
  }

  private static int followers(LocalCluster cluster, LocalCluster.Leader leader)
      throws IOException {
    String metrics = cluster.api(leader.id()).text("/metrics");
    return (int) ManagerApi.sum(metrics, "swarm_forward_followers", "");
  }

  private static void assertOnlyItsWorkersDialled(
      LocalCluster cluster, Map<String, JsonObject> before, String lost, long lostAt)
      throws IOException {
    Map<String, Long> dials = AgentJournal.read(cluster.journals(), lostAt).firstDials();
    before.forEach(
        (id, worker) -> {
          if (!on(lost, worker)) {
            assertThat(dials).as("workers of survivors that dialled").doesNotContainKey(id);
            return;
          }
          assertThat(dials.get(id) - lostAt)
              .as("when %s looked elsewhere", id)
              .isLessThan(LOOK_ELSEWHERE + LITTLE);
        });
  }

  private static void assertNobodyWasDown(
      Map<String, JsonObject> before, Map<String, JsonObject> now) {
    now.forEach(
        (id, worker) ->
            assertThat(worker.getValue("since"))
                .as("%s was never DOWN", id)
                .isEqualTo(before.get(id).getValue("since")));
  }

  private static boolean inside(String worker) {
    return worker.startsWith("inside");
  }

  private static boolean on(String manager, JsonObject worker) {
    return manager.equals(worker.getString("manager"));
  }

  /** As it says of itself: what it says of the cluster waits a second for the lost one. */
  private static void awaitOtherLeader(
      LocalCluster cluster, String manager, LocalCluster.Leader old) {
    Await.until(
        TestCluster.LIMIT,
        "another leader as " + manager + " sees it",
        () -> {
          String leader = cluster.api(manager).object("/api/v1/self").getString("leader");
          return leader != null && !leader.equals(old.id());
        });
  }

  private static void awaitAllUp(LocalCluster cluster, String manager, LocalCluster.Leader old) {
    Await.until(
        Duration.ofSeconds(30),
        "all workers UP in a new epoch as " + manager + " sees it, none on the lost one",
        () -> {
          JsonObject status = cluster.api(manager).object("/api/v1/cluster");
          return status.getLong("epoch") > old.epoch()
              && status.getJsonObject("workers").getInteger("up") == NEAR + INSIDE;
        });
  }

  private static void assertInsideWorks(LocalCluster cluster, String manager, String prefix)
      throws IOException {
    cluster.api(manager).submit(TestCluster.tasks(prefix, TASKS));
    Await.until(
        TestCluster.LIMIT,
        "a task finished behind the router, and all others somewhere",
        () -> {
          List<JsonObject> complete =
              cluster.api(manager).list("/api/v1/tasks?status=COMPLETE").stream()
                  .map(JsonObject.class::cast)
                  .filter(task -> task.getString("name").equals(prefix))
                  .toList();
          return complete.size() == TASKS
              && complete.stream().anyMatch(task -> inside(task.getString("worker")));
        });
  }
}
