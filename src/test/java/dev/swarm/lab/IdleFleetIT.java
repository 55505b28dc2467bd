package dev.swarm.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A thousand workers with nothing to do cost no timer, no log entry, and a handful of messages. */
@Execution(ExecutionMode.CONCURRENT)
class IdleFleetIT {
  private static final int AGENTS = 1_000;
  private static final Duration IDLE = Duration.ofSeconds(60);

  @Test
  void givenAThousandIdleWorkers_whenAMinutePasses_thenNothingIsWrittenAndLittleIsSent()
      throws Exception {
    try (LocalCluster cluster = TestCluster.of("idle", 3)) {
      cluster.startManagers();
      String leader = cluster.awaitLeader(0, TestCluster.LIMIT).id();
      cluster.startWorkers("w1", AGENTS, 1, TestCluster.discard("1ms"));
      for (String manager : cluster.alive()) {
        cluster.awaitUp(manager, AGENTS, TestCluster.LIMIT);
      }
      final long index = settled(cluster, leader);
      final Map<String, Double> messages = beatMessages(cluster, leader);
      final double beats = cluster.sum("swarm_heartbeats_total", "");
      Await.pass(IDLE);

      assertThat(index(cluster, leader)).as("commands in the log").isEqualTo(index);
      assertThat(cluster.sum("swarm_dispatch_batch_timers", "")).as("timers for batches").isZero();
      double expected = AGENTS * IDLE.toSeconds() / 5.0;
      assertThat(cluster.sum("swarm_heartbeats_total", "") - beats)
          .as("heartbeats")
          .isBetween(expected * 0.9, expected * 1.1);
      beatMessages(cluster, leader)
          .forEach(
              (manager, sent) ->
                  assertThat((sent - messages.get(manager)) / IDLE.toSeconds())
                      .as("beat messages a second, follower %s", manager)
                      .isPositive()
                      .isLessThan(10.2));
    }
  }

  /** Workers that were welcomed late have dialled twice; the index once that is over, too. */
  private static long settled(LocalCluster cluster, String leader) {
    long[] seen = {-1, 0};
    Await.until(
        TestCluster.LIMIT,
        "five seconds without an entry",
        () -> {
          long now = index(cluster, leader);
          if (now != seen[0]) seen[1] = System.nanoTime();
          seen[0] = now;
          return System.nanoTime() - seen[1] > 5_000_000_000L;
        });
    return seen[0];
  }

  private static long index(LocalCluster cluster, String manager) throws IOException {
    return cluster.api(manager).object("/api/v1/cluster").getLong("index");
  }

  /** How many messages with heartbeats each follower has sent so far. */
  private static Map<String, Double> beatMessages(LocalCluster cluster, String leader)
      throws IOException {
    Map<String, Double> sent = new HashMap<>();
    for (String id : cluster.alive()) {
      if (id.equals(leader)) continue;
      String beats =
          cluster
              .api(id)
              .text("/metrics")
              .lines()
              .filter(line -> line.contains("kind=\"beats\""))
              .collect(Collectors.joining("\n"));
      sent.put(id, ManagerApi.sum(beats, "swarm_forward_messages_total", "direction=\"sent\""));
    }
    return sent;
  }
}
