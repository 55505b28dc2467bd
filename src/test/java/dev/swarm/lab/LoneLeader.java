package dev.swarm.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a leader must not do that has lost its followers, while clients go on to write to it, some
 * workers are dead and others beat: acknowledge, confirm, judge.
 */
final class LoneLeader {
  private static final int WRITERS = 2;

  /** What was on its way to the clients when the followers were lost. */
  private static final Duration UNDER_WAY = Duration.ofMillis(200);

  /**
   * It may believe that it leads for the shortest election time-out, 500 ms, after it sent what a
   * majority answered last; the rest lets a busy machine count what was confirmed within that.
   */
  private static final Duration BELIEF = Duration.ofMillis(1_000);

  /** Clients are refused 3 s after the loss, measured; below what a lost answer would take. */
  private static final Duration REFUSAL = Duration.ofSeconds(6);

  private final LocalCluster cluster;
  private final String leader;

  LoneLeader(LocalCluster cluster, String leader) {
    this.cluster = cluster;
    this.leader = leader;
  }

  /**
   * Takes its followers away and, a moment later, the life of the workers of one process.
   *
   * @param alone long enough for the dead to be judged, if it were wrong enough to
   * @return the tasks that were acknowledged before it was alone
   */
  Set<String> endures(Runnable isolation, String dead, Duration alone) throws IOException {
    try (Writers writers = new Writers(cluster.api(leader), "alone", WRITERS)) {
      Await.until(
          TestCluster.LIMIT, "writes", () -> writers.acknowledged().size() > 2 && confirmed() > 0);
      isolation.run();
      final long begin = System.nanoTime();
      final double heardBefore = sum("swarm_heartbeats_total");
      Await.pass(UNDER_WAY);
      final List<Writers.Acknowledged> before = writers.acknowledged();
      cluster.worker(dead).kill();
      Await.pass(BELIEF);
      final double confirmedBefore = confirmed();
      final int refusedBefore = writers.refused();
      Await.until(REFUSAL, "a refusal", () -> writers.refused() > refusedBefore);
      Await.pass(alone.minusNanos(System.nanoTime() - begin));

      assertThat(writers.acknowledged()).as("acknowledged").isEqualTo(before);
      assertThat(down(leader)).as("judged, though silent for longer than a TTL").isZero();
      assertThat(confirmed()).as("confirmed beats").isEqualTo(confirmedBefore);
      assertThat(sum("swarm_heartbeats_total")).as("beats came").isGreaterThan(heardBefore);
      return before.stream().map(Writers.Acknowledged::task).collect(Collectors.toSet());
    }
  }

  /** How many workers are DOWN as a manager answers. */
  int down(String manager) throws IOException {
    return cluster
        .api(manager)
        .object("/api/v1/cluster")
        .getJsonObject("workers")
        .getInteger("down");
  }

  private double confirmed() throws IOException {
    return sum("swarm_heartbeats_confirmed_total");
  }

  private double sum(String meter) throws IOException {
    return ManagerApi.sum(cluster.api(leader).text("/metrics"), meter, "");
  }
}
