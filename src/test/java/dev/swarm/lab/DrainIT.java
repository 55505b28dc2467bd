package dev.swarm.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Managers that are taken out of rotation, with separate processes and under load. */
class DrainIT {
  private static final int AGENTS = 60;
  private static final int SHARE = AGENTS / 3;
  private static final long END_SECONDS = 30;

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void whenTheLeaderIsDrainedAndActivated_andAnotherLeaves_thenNoWorkerIsWithoutAStream()
      throws Exception {
    try (LocalCluster cluster = TestCluster.of("drain", 3)) {
      cluster.startManagers();
      cluster.awaitReady(TestCluster.LIMIT);
      cluster.startWorkers("w1", AGENTS, 5, TestCluster.discard("200ms"));
      for (String id : cluster.managerIds()) cluster.awaitUp(id, AGENTS, TestCluster.LIMIT);
      LocalCluster.Leader leader = cluster.awaitLeader(0, TestCluster.LIMIT);
      List<String> others = new ArrayList<>(cluster.managerIds());
      others.remove(leader.id());
      String stays = others.get(0);
      String leaves = others.get(1);
      final long beganMillis = System.currentTimeMillis();
      final double resumedBefore = resumed(cluster);
      final WorkerLives lives = WorkerLives.of(cluster.api(stays));
      Set<String> tasks;
      try (Submitter submitter = new Submitter(cluster, "drain", List.of(stays))) {
        drain(cluster, stays, leader.id(), new JsonObject());
        Await.until(TestCluster.LIMIT, "it to be empty", () -> held(cluster, leader.id()) == 0);
        assertThat(cluster.awaitLeader(leader.epoch(), TestCluster.LIMIT).id())
            .isNotEqualTo(leader.id());

        cluster.api(stays).post(path(leader.id()) + "/activate", new JsonObject());
        for (String id : cluster.managerIds()) {
          Await.until(
              TestCluster.LIMIT, id + " level", () -> Math.abs(held(cluster, id) - SHARE) <= 1);
        }
        Await.until(
            TestCluster.LIMIT,
            "each move to be a session resumed",
            () -> resumed(cluster) - resumedBefore == moves(cluster, beganMillis));
        assertThat(moves(cluster, beganMillis)).isGreaterThanOrEqualTo(2 * SHARE - 4);

        drain(cluster, stays, leaves, new JsonObject().put("leave", true));
        assertThat(cluster.manager(leaves).awaitOrderlyEnd(END_SECONDS)).isZero();
        submitter.awaitMore(5);
        tasks = Set.copyOf(submitter.acknowledged());
      }
      Members.awaitActive(cluster, List.of(stays, leader.id()), List.of(stays), TestCluster.LIMIT);
      Await.until(
          TestCluster.LIMIT,
          "all tasks complete",
          () -> TestCluster.finished(cluster, stays) >= tasks.size());
      AgentJournal journal = AgentJournal.read(cluster.journals(), beganMillis);
      assertThat(journal.momentsWithoutStream()).isZero();
      assertThat(lives.wentDown(cluster.api(stays))).isEmpty();
      assertThat(journal.neverStarted(tasks)).isZero();
      assertThat(journal.startedTwice(tasks)).isZero();
    }
  }

  private static String path(String manager) {
    return "/api/v1/managers/" + manager;
  }

  private static void drain(LocalCluster cluster, String by, String manager, JsonObject how)
      throws IOException {
    cluster.api(by).post(path(manager) + "/drain", how);
  }

  private static int held(LocalCluster cluster, String manager) throws IOException {
    return cluster.api(manager).object(path(manager)).getInteger("workers");
  }

  private static int moves(LocalCluster cluster, long sinceMillis) throws IOException {
    return AgentJournal.read(cluster.journals(), sinceMillis).moves();
  }

  private static double resumed(LocalCluster cluster) throws IOException {
    return cluster.sum("swarm_session_opens_total", "reason=\"resumed\"");
  }
}
