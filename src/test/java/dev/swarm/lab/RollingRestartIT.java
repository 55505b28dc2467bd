package dev.swarm.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Managers that are told to end, with separate processes. */
class RollingRestartIT {
  private static final int AGENTS = 90;

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void givenWorkersAndWork_whenManagersAreRestartedOneByOne_thenNoWorkerIsWithoutAStream()
      throws Exception {
    try (LocalCluster cluster = TestCluster.of("rolling", 3)) {
      cluster.startManagers();
      cluster.awaitLeader(0, TestCluster.LIMIT);
      cluster.startWorkers("w1", AGENTS, 5, TestCluster.discard("500ms"));
      for (String id : cluster.managerIds()) cluster.awaitUp(id, AGENTS, TestCluster.LIMIT);

      RollingTrial.Result seen = new RollingTrial(cluster, AGENTS).run(true);

      assertThat(seen.violations(true)).as("%s", seen).isEmpty();
      assertThat(seen.withoutStream()).isZero();
    }
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void givenAllManagers_whenToldToEndTogether_thenNoneWaitsForTheOthersToTakeItsWorkers()
      throws Exception {
    try (LocalCluster cluster = TestCluster.of("end-all", 3)) {
      cluster.startManagers();
      cluster.awaitLeader(0, TestCluster.LIMIT);
      cluster.startWorkers("w1", 9, 5, TestCluster.discard("500ms"));
      for (String id : cluster.managerIds()) cluster.awaitUp(id, 9, TestCluster.LIMIT);
      long begin = System.nanoTime();
      cluster.managerIds().forEach(id -> cluster.manager(id).signal("TERM"));
      Await.until(TestCluster.LIMIT, "the end of all", () -> cluster.alive().isEmpty());
      Duration took = Duration.ofNanos(System.nanoTime() - begin);
      assertThat(took).as("shutdown.timeout is 20 s").isLessThan(Duration.ofSeconds(10));
      for (String id : cluster.managerIds()) {
        assertThat(cluster.manager(id).exitCode()).as(id).isEqualTo(143);
      }
      cluster.startManagers();
      for (String id : cluster.managerIds()) cluster.awaitUp(id, 9, TestCluster.LIMIT);
      Await.until(
          TestCluster.LIMIT,
          "all managers taking part again",
          () ->
              cluster.api("m1").list("/api/v1/managers").stream()
                  .allMatch(one -> one.toString().contains("ACTIVE")));
    }
  }
}
