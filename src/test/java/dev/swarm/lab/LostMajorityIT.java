package dev.swarm.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/**
 * A leader without a majority, proposals going on all the time: it acknowledges and judges nothing.
 */
class LostMajorityIT {
  private static final int AGENTS = 20;
  private static final Duration ALONE = Duration.ofSeconds(14);

  @Test
  void givenALeader_whenBothFollowersStop_thenNothingIsAcknowledgedAndNobodyJudged()
      throws Exception {
    try (LocalCluster cluster = TestCluster.beating("lost-majority", 3, "2s")) {
      cluster.startManagers();
      String leader = cluster.awaitLeader(0, TestCluster.LIMIT).id();
      cluster.startWorkers("w1", AGENTS, 1, TestCluster.discard("1ms"));
      cluster.startWorkers("w2", AGENTS, 1, TestCluster.discard("1ms"));
      cluster.awaitUp(leader, 2 * AGENTS, TestCluster.LIMIT);
      Await.until(TestCluster.LIMIT, "beats to be confirmed", () -> confirmed(cluster, leader) > 0);
      List<String> followers =
          cluster.managerIds().stream().filter(id -> !id.equals(leader)).toList();

      followers.forEach(id -> cluster.manager(id).signal("STOP"));
      long alone = System.nanoTime();
      // What was on its way when the followers stopped may still be counted.
      Await.pass(Duration.ofMillis(500));
      double confirmedBefore = confirmed(cluster, leader);
      AtomicInteger acknowledged = new AtomicInteger();
      AtomicBoolean stop = new AtomicBoolean();
      Thread proposer = new Thread(() -> propose(cluster, leader, stop, acknowledged));
      proposer.start();
      cluster.worker("w1").kill();
      Await.pass(ALONE.minusNanos(System.nanoTime() - alone));

      assertThat(acknowledged).hasValue(0);
      JsonObject workers = cluster.api(leader).object("/api/v1/cluster").getJsonObject("workers");
      assertThat(workers.getInteger("down"))
          .as("nobody is judged, though all are silent for two TTLs")
          .isZero();
      assertThat(confirmed(cluster, leader))
          .as("confirmed beats, though w2 lives")
          .isEqualTo(confirmedBefore);
      stop.set(true);
      proposer.join();

      followers.forEach(id -> cluster.manager(id).signal("CONT"));
      Await.until(
          TestCluster.LIMIT,
          "the dead to be DOWN, and no other, once there is a majority",
          () ->
              cluster
                      .api(followers.get(0))
                      .object("/api/v1/cluster")
                      .getJsonObject("workers")
                      .getInteger("down")
                  == AGENTS);
    }
  }

  private static void propose(
      LocalCluster cluster, String leader, AtomicBoolean stop, AtomicInteger acknowledged) {
    for (int i = 0; !stop.get(); i++) {
      try {
        cluster.api(leader).submit(TestCluster.tasks("alone" + i, 1));
        acknowledged.incrementAndGet();
      } catch (IOException refused) {
        LockSupport.parkNanos(20_000_000);
      }
    }
  }

  private static double confirmed(LocalCluster cluster, String manager) throws IOException {
    return ManagerApi.sum(
        cluster.api(manager).text("/metrics"), "swarm_heartbeats_confirmed_total", "");
  }
}
