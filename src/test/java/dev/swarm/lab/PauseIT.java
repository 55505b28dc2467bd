package dev.swarm.lab;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Managers that are stopped for longer than a TTL and go on: no worker is blamed for it. */
class PauseIT {
  private static final int AGENTS = 50;
  private static final Duration PAUSE = Duration.ofSeconds(20);

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void givenThreeManagers_whenTheLeaderIsStoppedFor20Seconds_thenNoWorkerIsDown() throws Exception {
    try (LocalCluster cluster = start("pause-leader", 3)) {
      Map<String, Object> since = since(cluster);
      LocalCluster.Leader old = cluster.awaitLeader(0, TestCluster.LIMIT);
      cluster.manager(old.id()).signal("STOP");
      Await.pass(PAUSE);
      cluster.manager(old.id()).signal("CONT");
      assertNobodyWasDown(cluster, since);
    }
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void givenThreeManagers_whenAllAreStoppedFor20Seconds_thenNoWorkerIsDown() throws Exception {
    try (LocalCluster cluster = start("pause-all", 3)) {
      Map<String, Object> since = since(cluster);
      cluster.managerIds().forEach(id -> cluster.manager(id).signal("STOP"));
      Await.pass(PAUSE);
      cluster.managerIds().forEach(id -> cluster.manager(id).signal("CONT"));
      assertNobodyWasDown(cluster, since);
    }
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void givenASingleManager_whenItIsStoppedFor20Seconds_thenNoWorkerIsDown() throws Exception {
    try (LocalCluster cluster = start("pause-single", 1)) {
      Map<String, Object> since = since(cluster);
      cluster.manager("m1").signal("STOP");
      Await.pass(PAUSE);
      cluster.manager("m1").signal("CONT");
      assertNobodyWasDown(cluster, since);
    }
  }

  private static LocalCluster start(String test, int managers) {
    LocalCluster cluster = TestCluster.of(test, managers);
    cluster.startManagers();
    cluster.awaitLeader(0, TestCluster.LIMIT);
    cluster.startWorkers("w1", AGENTS, 1, TestCluster.discard("1ms"));
    awaitAllUp(cluster);
    return cluster;
  }

  private static void awaitAllUp(LocalCluster cluster) {
    cluster.alive().forEach(id -> cluster.awaitUp(id, AGENTS, TestCluster.LIMIT));
  }

  /** What was true before the pause says nothing: a write shows that a leader judges again. */
  private static void assertNobodyWasDown(LocalCluster cluster, Map<String, Object> since)
      throws Exception {
    String any = cluster.alive().get(0);
    Await.until(
        TestCluster.LIMIT,
        "a write to be taken",
        () -> {
          cluster.api(any).submit(TestCluster.tasks("after", 1));
          return true;
        });
    // A new epoch makes all UNKNOWN for a moment; one that was DOWN would differ for ever.
    Await.until(
        TestCluster.LIMIT, "all to be UP as before the pause", () -> since(cluster).equals(since));
    awaitAllUp(cluster);
  }

  /** When each worker last changed between up and down; unchanged when it never was down. */
  private static Map<String, Object> since(LocalCluster cluster) throws Exception {
    Map<String, Object> since = new HashMap<>();
    TestCluster.workers(cluster, cluster.alive().get(0))
        .forEach((id, worker) -> since.put(id, worker.getValue("since")));
    return since;
  }
}
