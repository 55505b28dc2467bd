package dev.swarm.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.swarm.Needs;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A disk that stalls costs time, and neither an election nor a write. */
class StallIT {
  private static final Duration TIME = Duration.ofSeconds(4);

  @Test
  void givenWrites_whenDisksStallForASecondAtEachWrite_thenNobodyIsElectedAndNothingIsLost()
      throws Exception {
    Needs.met(SlowDisks.missing() == null, "gcc");
    try (LocalCluster cluster = TestCluster.of("stall", 3)) {
      SlowDisks disks = SlowDisks.in(cluster.folder());
      cluster.managerIds().forEach(id -> cluster.wrap(id, disks.under(id)));
      cluster.startManagers();
      String leader = cluster.awaitLeader(0, TestCluster.LIMIT).id();
      StallTrial trial = new StallTrial(cluster, leader);
      StallTrial.Result one = trial.during("the leader's", TIME, disks.slow(List.of(leader)));
      StallTrial.Result all = trial.during("all", TIME, disks.slow(cluster.managerIds()));
      assertThat(StallTrial.violations(List.of(one, all), trial.lost())).isEmpty();
      assertThat(one.worstMillis()).as("the stall bites").isGreaterThan(1_000);
      assertThat(all.medianMillis()).as("the stall bites").isGreaterThan(1_000);
    }
  }
}
