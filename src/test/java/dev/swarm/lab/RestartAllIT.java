package dev.swarm.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** All managers die at once under load: what was acknowledged is there when they are back. */
class RestartAllIT {
  private static final int AGENTS = 50;

  @Test
  void givenLoad_whenAllManagersAreKilledAtOnce_thenEveryAcknowledgedTaskAndStatusIsThere()
      throws Exception {
    try (LocalCluster cluster = TestCluster.of("restart-all", 3)) {
      cluster.startManagers();
      cluster.awaitLeader(0, TestCluster.LIMIT);
      cluster.startWorkers("w1", AGENTS, 2, TestCluster.discard("50ms"));
      cluster.awaitUp("m1", AGENTS, TestCluster.LIMIT);

      List<String> acknowledged = new ArrayList<>();
      AtomicBoolean stop = new AtomicBoolean();
      Thread submitter = new Thread(() -> submitUntil(stop, cluster, acknowledged));
      submitter.start();
      Await.until(
          TestCluster.LIMIT, "300 finished", () -> TestCluster.finished(cluster, "m2") > 300);
      Set<String> complete = TestCluster.taskIds(cluster, "m2", "?status=COMPLETE");
      cluster.managerIds().forEach(id -> cluster.manager(id).kill());
      stop.set(true);
      submitter.join();

      cluster.startManagers();
      // Another may still be loading what it has.
      String leader = cluster.awaitLeader(0, TestCluster.LIMIT).id();
      Set<String> all = TestCluster.taskIds(cluster, leader, "");
      assertThat(all).containsAll(acknowledged);
      assertThat(TestCluster.taskIds(cluster, leader, "?status=COMPLETE")).containsAll(complete);
      // What was under way when they died may be committed by the next leader, a moment later.
      Await.until(
          TestCluster.LIMIT,
          "all finished",
          () ->
              TestCluster.finished(cluster, leader)
                  == TestCluster.taskIds(cluster, leader, "").size());
      assertThat(AgentJournal.read(cluster.journals(), 0).startedTwice(all)).isZero();
      TestCluster.awaitEqualDigests(cluster);
      assertThat(KillAll.round(cluster, new Acknowledged(cluster), 1)).isEmpty();
    }
  }

  private static void submitUntil(
      AtomicBoolean stop, LocalCluster cluster, List<String> acknowledged) {
    for (int i = 0; !stop.get(); i++) {
      try {
        JsonObject answer = cluster.api("m1").submit(TestCluster.tasks("load" + i, 20));
        JsonArray tasks = answer.getJsonArray("tasks");
        for (int t = 0; t < tasks.size(); t++) {
          acknowledged.add(tasks.getJsonObject(t).getString("id"));
        }
      } catch (Exception notAcknowledged) {
        // The managers are dead or dying: this one does not count.
      }
    }
  }
}
