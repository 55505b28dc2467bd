package dev.swarm.lab;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Managers that are killed while they join, with processes of their own. */
class JoinIT {
  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void givenManagersKilledAtEachStepOfTheirJoining_whenStartedAgain_thenEachIsOneVoter()
      throws Exception {
    try (LocalCluster cluster = TestCluster.of("join", Join.MANAGERS)) {
      assertThat(Join.joinerDies(cluster)).isEmpty();
    }
  }
}
