package dev.swarm.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Real workers that die, leave, and are stopped, against the clock. TTL is 6 s here. */
class WorkerLifeIT {
  private static final long PERIOD = 2_000;
  private static final long TTL = 6_000;

  /** A status is read by polling, and both clocks are of one machine. */
  private static final long SLACK = 150;

  @Test
  void givenAWorker_whenItIsKilled_thenItIsDownBetweenTtlAndOneSecondMore() throws Exception {
    try (LocalCluster cluster = start("w1")) {
      String leader = cluster.awaitLeader(0, TestCluster.LIMIT).id();
      awaitFirstBeat(cluster, leader);
      long killed = System.nanoTime();
      cluster.worker("w1").kill();
      awaitStatus(cluster, leader, "DOWN");
      long silent = (System.nanoTime() - killed) / 1_000_000;
      // The last beat was up to one period and its jitter before the kill.
      assertThat(silent).isBetween(TTL - PERIOD - PERIOD / 10 - SLACK, TTL + 1_000 + SLACK);
      assertThat(events(cluster, leader))
          .containsSubsequence("event: worker.new", "event: worker.down")
          .anyMatch(line -> line.contains("no heartbeat; was on manager " + leader));
    }
  }

  @Test
  void givenAWorker_whenItSaysGoodbye_thenItIsDownAtOnce() throws Exception {
    try (LocalCluster cluster = start("w1")) {
      String leader = cluster.awaitLeader(0, TestCluster.LIMIT).id();
      awaitFirstBeat(cluster, leader);
      cluster.worker("w1").signal("TERM");
      long asked = System.nanoTime();
      awaitStatus(cluster, leader, "DOWN");
      assertThat((System.nanoTime() - asked) / 1_000_000).isLessThan(1_000);
      assertThat(worker(cluster, leader).getString("reason")).contains("left");
      assertThat(events(cluster, leader))
          .containsSubsequence("event: worker.new", "event: worker.left");
    }
  }

  @Test
  void givenAWorker_whenItIsStoppedForAMoment_thenItStaysUp_andForLonger_thenItComesBackAnew()
      throws Exception {
    try (LocalCluster cluster = start("w1")) {
      String leader = cluster.awaitLeader(0, TestCluster.LIMIT).id();
      awaitFirstBeat(cluster, leader);
      JsonObject before = worker(cluster, leader);

      cluster.worker("w1").signal("STOP");
      Await.pass(Duration.ofMillis(TTL - PERIOD - PERIOD / 10 - 300));
      cluster.worker("w1").signal("CONT");
      Await.pass(Duration.ofMillis(TTL));
      JsonObject after = worker(cluster, leader);
      assertThat(after.getString("status")).isEqualTo("UP");
      assertThat(after.getValue("since")).isEqualTo(before.getValue("since"));

      cluster.worker("w1").signal("STOP");
      awaitStatus(cluster, leader, "DOWN");
      cluster.worker("w1").signal("CONT");
      awaitStatus(cluster, leader, "UP");
      assertThat(worker(cluster, leader).getLong("session"))
          .isGreaterThan(before.getLong("session"));
    }
  }

  private static LocalCluster start(String worker) {
    LocalCluster cluster = TestCluster.beating("worker-life", 1, PERIOD + "ms");
    cluster.startManagers();
    String leader = cluster.awaitLeader(0, TestCluster.LIMIT).id();
    cluster.startWorkers(worker, 1, 1, TestCluster.discard("1ms"));
    cluster.awaitUp(leader, 1, TestCluster.LIMIT);
    return cluster;
  }

  private static void awaitFirstBeat(LocalCluster cluster, String manager) {
    Await.until(
        TestCluster.LIMIT,
        "a heartbeat",
        () ->
            ManagerApi.sum(cluster.api(manager).text("/metrics"), "swarm_heartbeats_total", "")
                > 0);
  }

  private static void awaitStatus(LocalCluster cluster, String manager, String status) {
    Await.until(
        TestCluster.LIMIT,
        "worker " + status,
        () -> status.equals(worker(cluster, manager).getString("status")));
  }

  private static List<String> events(LocalCluster cluster, String manager) throws IOException {
    return cluster.api(manager).text("/api/v1/events?follow=false").lines().toList();
  }

  private static JsonObject worker(LocalCluster cluster, String manager) throws IOException {
    return cluster.api(manager).object("/api/v1/workers/w1");
  }
}
