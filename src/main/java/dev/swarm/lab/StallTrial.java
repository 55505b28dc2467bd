package dev.swarm.lab;

import io.vertx.core.json.JsonArray;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Lets disks stall and cores be busy under a group that is written to, and watches its term. */
final class StallTrial {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  /** So many, because one that waits for a slow disk writes next to nothing. */
  private static final int WRITERS = 4;

  private final LocalCluster cluster;
  private final String leader;
  private final Set<String> acknowledged = new HashSet<>();

  StallTrial(LocalCluster cluster, String leader) {
    this.cluster = cluster;
    this.leader = leader;
  }

  /**
   * What was seen.
   *
   * @param refused writes answered with a refusal, or not at all
   * @param medianMillis of an acknowledged write; 0 when there was none
   * @param termBefore the newest term any manager was in, when the trouble began
   * @param termAfter the same when it had ended
   */
  record Result(
      String trouble,
      int acknowledged,
      int refused,
      long medianMillis,
      long worstMillis,
      long termBefore,
      long termAfter) {

    boolean elected() {
      return termAfter != termBefore;
    }

    @Override
    public String toString() {
      return String.format(
          "%-32s %5d writes acknowledged, median %4d ms, worst %5d ms; %d not; term %d -> %d",
          trouble, acknowledged, medianMillis, worstMillis, refused, termBefore, termAfter);
    }
  }

  /** What is done to the cluster; undone when closed. */
  interface Trouble extends AutoCloseable {
    @Override
    void close();
  }

  /** Writes for so long while there is this trouble. */
  Result during(String name, Duration time, Trouble trouble) throws IOException {
    long termBefore = term();
    Writers writers = new Writers(cluster.api(leader), name.replace(' ', '-'), WRITERS);
    try (writers;
        trouble) {
      Await.pass(time);
    }
    List<Writers.Acknowledged> seen = writers.acknowledged();
    seen.forEach(one -> acknowledged.add(one.task()));
    List<Long> millis = seen.stream().map(Writers.Acknowledged::millis).sorted().toList();
    return new Result(
        name,
        seen.size(),
        writers.refused(),
        seen.isEmpty() ? 0 : millis.get(millis.size() / 2),
        seen.isEmpty() ? 0 : millis.get(millis.size() - 1),
        termBefore,
        term());
  }

  /** What was not held, in words; empty when all was. */
  static List<String> violations(List<Result> results, List<String> lost) {
    List<String> violations = new ArrayList<>();
    for (Result result : results) {
      if (result.elected()) violations.add("an election: " + result.trouble());
      if (result.acknowledged() == 0) violations.add("no write at all: " + result.trouble());
    }
    if (!lost.isEmpty()) violations.add("acknowledged and lost: " + lost);
    return violations;
  }

  /** Acknowledged writes that are missing on a manager once it has caught up. */
  List<String> lost() throws IOException {
    for (String id : cluster.alive()) cluster.awaitUp(id, 0, LIMIT);
    List<String> lost = new ArrayList<>();
    for (String id : cluster.alive()) {
      Set<String> missing = new HashSet<>(acknowledged);
      JsonArray tasks = cluster.api(id).list("/api/v1/tasks");
      for (int i = 0; i < tasks.size(); i++) missing.remove(tasks.getJsonObject(i).getString("id"));
      missing.forEach(task -> lost.add(task + " on " + id));
    }
    return lost;
  }

  private long term() throws IOException {
    long newest = 0;
    for (String id : cluster.alive()) {
      String metrics = cluster.api(id).text("/metrics");
      newest = Math.max(newest, (long) ManagerApi.sum(metrics, "swarm_raft_term", ""));
    }
    return newest;
  }
}
