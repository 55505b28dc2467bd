package dev.swarm.lab;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** One manager becomes three, five, and three others, with processes of their own. */
class GrowIT {
  private static final int AGENTS = 40;

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void givenWorkersAndWork_whenManagersComeAndGo_thenNoWorkerIsDownAndNoTaskLostOrRunTwice()
      throws Exception {
    try (LocalCluster cluster = TestCluster.of("grow", GrowTrial.MOST_MANAGERS)) {
      assertThat(new GrowTrial(cluster, AGENTS, TestCluster.discard("200ms")).run()).isEmpty();
    }
  }
}
