package dev.swarm.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.swarm.lab.JoinTrial.Moment;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Managers that are killed while they join, with processes of their own. */
class JoinIT {
  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void givenManagersKilledAtEachStepOfTheirJoining_whenStartedAgain_thenEachIsOneVoter()
      throws Exception {
    try (LocalCluster cluster = TestCluster.of("join", 3)) {
      cluster.foundedBy(1);
      cluster.startManager("m1");
      JoinTrial trial = new JoinTrial(cluster, List.of("m1"));
      trial.joinerDies("m2", Moment.ASKED, Moment.ADMITTED, Moment.PROMOTED);
      trial.joinerDies("m3", Moment.STAGING, Moment.CAUGHT_UP);
      trial.anyMajorityLeads();
      assertThat(trial.violations()).isEmpty();
    }
  }
}
