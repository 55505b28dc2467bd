package dev.swarm.lab;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/**
 * CPU of a leader that has no workers of its own, against the number of workers on its followers:
 * what it costs to judge them.
 */
final class LeaderCpuBench {
  private static final Duration SETTLE = Duration.ofSeconds(20);

  private final Figures figures;
  private final List<Integer> counts;
  private final int seconds;

  LeaderCpuBench(Figures figures, List<Integer> counts, int seconds) {
    this.figures = figures;
    this.counts = counts;
    this.seconds = seconds;
  }

  void run() throws IOException {
    Bench.withCluster(3, this::measure);
  }

  private void measure(LocalCluster cluster) throws IOException {
    cluster.limits(FailoverBench.ONE_HOST);
    cluster.startManagers();
    String leader = cluster.awaitLeader(0, Bench.LIMIT).id();
    List<String> followers =
        cluster.managerIds().stream().filter(id -> !id.equals(leader)).toList();
    cluster
        .api(leader)
        .put("/api/v1/managers/" + leader + "/weight", new JsonObject().put("weight", 0));
    int workers = 0;
    for (int count : counts) {
      if (count > workers) {
        cluster.startWorkersAt("w" + count, count - workers, 1, Bench.HOLD, followers);
      }
      workers = count;
      cluster.awaitUp(leader, workers, Bench.LIMIT);
      Await.pass(SETTLE);
      Cpu before = Cpu.of(cluster.manager(leader).pid());
      Cpu follower = Cpu.of(cluster.manager(followers.get(0)).pid());
      Await.pass(Duration.ofSeconds(seconds));
      figures.add(
          "CPU of the leader for " + workers + " workers, of one core (of which compilers)",
          Cpu.of(cluster.manager(leader).pid()).minus(before).shareOver(seconds));
      figures.add(
          "  and of a follower that has half of them",
          Cpu.of(cluster.manager(followers.get(0)).pid()).minus(follower).shareOver(seconds));
      boolean led = cluster.awaitLeader(0, Bench.LIMIT).id().equals(leader);
      if (!led) throw new LabException("another manager leads now: the figures are of no use");
    }
  }
}
