package dev.swarm.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Managers that are told to end, with separate processes. */
class RollingRestartIT {
  private static final int AGENTS = 90;
  private static final int TASKS = 100;

  /** One cluster for both: what is true of a fresh one is true of one that has been through it. */
  @Nested
  @TestMethodOrder(MethodOrderer.OrderAnnotation.class)
  class GivenWorkersAndWork {
    private static LocalCluster cluster;

    @BeforeAll
    static void start() {
      cluster = TestCluster.of("rolling", 3);
      cluster.startManagers();
      cluster.awaitLeader(0, TestCluster.LIMIT);
      cluster.startWorkers("w1", AGENTS, 5, TestCluster.discard("500ms"));
      for (String id : cluster.managerIds()) cluster.awaitUp(id, AGENTS, TestCluster.LIMIT);
    }

    @AfterAll
    static void stop() {
      cluster.close();
    }

    @Test
    @Order(1)
    void whenManagersAreRestartedOneByOne_thenNoWorkerIsWithoutAStream() throws Exception {
      RollingTrial.Result seen = new RollingTrial(cluster, AGENTS, "1").run(true);

      assertThat(seen.violations(true)).as("%s", seen).isEmpty();
      assertThat(seen.withoutStream()).isZero();
    }

    @Test
    @Order(2)
    void whenManagersWeigh100And50And0_thenEachHasItsShareAlsoAfterTheLeaderDiedAndReturned()
        throws Exception {
      String leader = cluster.awaitLeader(0, TestCluster.LIMIT).id();
      List<String> others = new ArrayList<>(cluster.managerIds());
      others.remove(leader);
      WeightTrial trial = new WeightTrial(cluster, AGENTS).settled();

      WeightTrial.Occasion none = trial.weigh(others.get(0), 0);
      assertThat(none.violations()).as("%s", none).isEmpty();
      WeightTrial.Occasion half = trial.weigh(others.get(1), 50);
      assertThat(half.violations()).as("%s", half).isEmpty();
      WeightTrial.Occasion back = trial.killAndReturn(leader);
      assertThat(back.violations()).as("%s", back).isEmpty();
      assertThat(back.least()).as("the heaviest had lost its workers").isEqualTo(AGENTS * 2 / 3);
    }
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void givenWorkersThatGoSlowly_whenAManagerIsToldTwiceOrAllAreTold_thenNoneWaitsForWorkers()
      throws Exception {
    try (LocalCluster cluster = TestCluster.of("end-all", 3)) {
      cluster.moves(new JsonObject().put("drainPerSecond", 1));
      cluster.startManagers();
      cluster.awaitLeader(0, TestCluster.LIMIT);
      cluster.startWorkers("w1", AGENTS, 5, TestCluster.discard("500ms"));
      for (String id : cluster.managerIds()) cluster.awaitUp(id, AGENTS, TestCluster.LIMIT);
      long begin = System.nanoTime();
      cluster.manager("m1").signal("TERM");
      Await.until(TestCluster.LIMIT, "m1 giving up", () -> state(cluster, "m1").equals("STOPPING"));
      cluster.manager("m1").signal("TERM");
      Await.until(TestCluster.LIMIT, "its end", () -> !cluster.manager("m1").alive());
      cluster.manager("m2").signal("TERM");
      cluster.manager("m3").signal("TERM");
      Await.until(TestCluster.LIMIT, "the end of all", () -> cluster.alive().isEmpty());
      Duration took = Duration.ofNanos(System.nanoTime() - begin);
      assertThat(took).as("shutdown.timeout is 20 s").isLessThan(Duration.ofSeconds(15));
      for (String id : cluster.managerIds()) {
        assertThat(cluster.manager(id).exitCode()).as(id).isEqualTo(143);
      }
      cluster.startManagers();
      for (String id : cluster.managerIds()) {
        Await.until(TestCluster.LIMIT, id + " back", () -> state(cluster, id).equals("ACTIVE"));
      }
    }
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void givenWorkersAndWork_whenManagersAreKilledOneByOne_thenNoWorkerIsDownAndNoTaskLostOrRunTwice()
      throws Exception {
    try (LocalCluster cluster = TestCluster.of("rolling-kill", 3)) {
      cluster.startManagers();
      cluster.awaitLeader(0, TestCluster.LIMIT);
      cluster.startWorkers("w1", AGENTS, 5, TestCluster.discard("200ms"));
      for (String id : cluster.managerIds()) cluster.awaitUp(id, AGENTS, TestCluster.LIMIT);
      final WorkerLives lives = WorkerLives.of(cluster.api("m1"));
      for (String id : cluster.managerIds()) {
        cluster.api(id).submit(TestCluster.tasks("before-" + id, TASKS));
        cluster.manager(id).kill();
        cluster.startManager(id);
        cluster.awaitLeader(0, TestCluster.LIMIT);
        for (String seer : cluster.managerIds()) cluster.awaitUp(seer, AGENTS, TestCluster.LIMIT);
      }
      Await.until(
          TestCluster.LIMIT,
          "all tasks complete",
          () -> TestCluster.finished(cluster, "m3") == 3 * TASKS);
      assertThat(lives.wentDown(cluster.api("m3"))).isEmpty();
      AgentJournal journal = AgentJournal.read(cluster.journals(), 0);
      Set<String> tasks = TestCluster.taskIds(cluster, "m3", "");
      assertThat(journal.neverStarted(tasks)).isZero();
      assertThat(journal.startedTwice(tasks)).isZero();
      TestCluster.awaitEqualDigests(cluster);
      Members.awaitKnown(cluster, AGENTS, "m3", TestCluster.LIMIT);
    }
  }

  private static String state(LocalCluster cluster, String manager) throws IOException {
    return cluster.api("m3").object("/api/v1/managers/" + manager).getString("state");
  }
}
