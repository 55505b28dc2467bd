package dev.swarm.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The talk's slides 12 and 13 with separate processes: the leader dies, nobody on a survivor
 * notices.
 */
class KillLeaderIT {
  private static final int AGENTS = 200;
  private static final int KILLS = 3;

  @Test
  void
      givenWorkAndWorkers_whenTheLeaderIsKilledThreeTimes_thenSurvivorsNoticeNothingAndNothingIsLost()
          throws Exception {
    try (LocalCluster cluster = TestCluster.of("kill-leader", 3)) {
      cluster.leaveUnbalanced(); // or workers of survivors would dial, though not for the kill
      cluster.startManagers();
      cluster.awaitLeader(0, TestCluster.LIMIT);
      cluster.startWorkers("w1", AGENTS, 5, TestCluster.discard("1s"));
      List<String> tasks = new ArrayList<>();
      List<FailoverTrial.Result> results = new ArrayList<>();
      for (int kill = 0; kill < KILLS; kill++) {
        for (String manager : cluster.alive()) {
          cluster.awaitUp(manager, AGENTS, TestCluster.LIMIT);
        }
        assertOneConnectionPerFollower(cluster);
        submit(cluster, "kill" + kill, tasks);
        FailoverTrial.Result seen = new FailoverTrial(cluster, AGENTS).killLeader();
        results.add(seen);
        assertThat(seen.sawUnknown()).as("managers that showed UNKNOWN").hasSize(2);
        assertThat(seen.entries()).as("entries until all are UP again").isLessThan(AGENTS * 10L);
        awaitFinished(cluster, tasks.size());
        cluster.startManager(seen.dead());
      }
      assertThat(new KillVerdict(results).violations()).isEmpty();
      for (String manager : cluster.alive()) cluster.awaitUp(manager, AGENTS, TestCluster.LIMIT);
      assertEveryTaskRanOnceAndIsComplete(cluster, tasks);
    }
  }

  private static void submit(LocalCluster cluster, String prefix, List<String> tasks)
      throws Exception {
    String survivor = cluster.alive().get(0);
    JsonObject answer = cluster.api(survivor).submit(TestCluster.tasks(prefix, 500));
    JsonArray accepted = answer.getJsonArray("tasks");
    assertThat(accepted).hasSize(500);
    for (int i = 0; i < accepted.size(); i++) tasks.add(accepted.getJsonObject(i).getString("id"));
  }

  private static void awaitFinished(LocalCluster cluster, int count) {
    String manager = cluster.alive().get(0);
    Await.until(
        TestCluster.LIMIT,
        count + " finished tasks",
        () -> TestCluster.finished(cluster, manager) == count);
  }

  private static void assertOneConnectionPerFollower(LocalCluster cluster) {
    LocalCluster.Leader leader = cluster.awaitLeader(0, TestCluster.LIMIT);
    int port = cluster.apiPort(leader.id());
    for (String id : cluster.alive()) {
      if (id.equals(leader.id())) continue;
      long pid = cluster.manager(id).pid();
      Await.until(
          TestCluster.LIMIT,
          "exactly one connection from " + id + " to the leader's api",
          () -> Kernel.connections(pid, port) == 1);
    }
  }

  private static void assertEveryTaskRanOnceAndIsComplete(LocalCluster cluster, List<String> tasks)
      throws Exception {
    AgentJournal journal = AgentJournal.read(cluster.journals(), 0);
    assertThat(journal.startedTwice(tasks)).isZero();
    assertThat(journal.neverStarted(tasks)).isZero();
    for (String manager : cluster.alive()) {
      JsonArray list = cluster.api(manager).list("/api/v1/tasks?status=COMPLETE");
      assertThat(list).as("complete tasks as %s answers", manager).hasSize(tasks.size());
    }
  }
}
