package dev.swarm.consensus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.swarm.bus.Messages.Role;
import dev.swarm.bus.Messages.RoleChanged;
import dev.swarm.consensus.raft.Standing;
import org.junit.jupiter.api.Test;

class RoleWatchTest {
  private final RoleWatch watch = new RoleWatch();

  @Test
  void givenNoLeader_whenElectionsFail_thenThatIsNoNews() {
    assertThat(watch.changed(new Standing(true, false, "", 1))).isFalse();
    assertThat(watch.changed(new Standing(true, false, "", 2))).isFalse();
  }

  @Test
  void givenALeader_whenSeenAgain_thenThatIsNoNewsUntilItsTermChanges() {
    assertThat(watch.changed(new Standing(true, false, "m2", 3))).isTrue();
    assertThat(watch.changed(new Standing(true, false, "m2", 3))).isFalse();
    assertThat(watch.changed(new Standing(true, false, "m2", 4))).isTrue();
    assertThat(watch.current()).isEqualTo(new RoleChanged(Role.FOLLOWER, "m2", 4));
  }

  @Test
  void givenWeLead_whenTheLeadIsLost_thenThatIsNews() {
    assertThat(watch.changed(new Standing(true, true, "m1", 5))).isTrue();
    assertThat(watch.leads()).isTrue();
    assertThat(watch.changed(new Standing(true, false, "", 5))).isTrue();
    assertThat(watch.leads()).isFalse();
  }

  @Test
  void givenALeader_whenTheReplicaStops_thenNoLeaderIsKnown() {
    watch.changed(new Standing(true, false, "m2", 3));
    assertThat(watch.changed(new Standing(false, false, "m2", 3))).isTrue();
    assertThat(watch.current().leader()).isEmpty();
  }
}
