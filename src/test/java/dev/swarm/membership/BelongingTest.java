package dev.swarm.membership;

import static org.assertj.core.api.Assertions.assertThat;

import dev.swarm.model.ClusterInfo;
import dev.swarm.model.ClusterState;
import dev.swarm.model.Command;
import dev.swarm.model.ManagerInfo;
import dev.swarm.model.ManagerState;
import dev.swarm.model.Settings;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a state knows of who belongs. */
class BelongingTest {
  private ClusterState state = ClusterState.EMPTY;

  private void apply(Command... commands) {
    state = state.apply(state.index() + 1, List.of(commands)).state();
  }

  private static ManagerInfo m4(String nonce) {
    return ManagerInfo.joining("m4", nonce, "a:4", "r:4", "h:4");
  }

  @Test
  void givenAMemberThatComesAndGoesAndComesAgain_thenEachStateSaysNoMoreThanItKnows() {
    assertThat(Belonging.of(state, "m1", 1)).isEqualTo(Belonging.UNKNOWN);
    ManagerInfo founder = new ManagerInfo("m1", 1, "a", "b", "c", 100, ManagerState.ACTIVE);
    apply(new Command.BeginCluster(new ClusterInfo("demo", 7), Settings.DEFAULT, List.of(founder)));
    apply(new Command.BeginEpoch(1, "m1", 1));
    assertThat(Belonging.of(state, "m1", 1)).isEqualTo(Belonging.MEMBER);
    ClusterState before = state;
    apply(new Command.AdmitManager(m4("f4")));
    long member = state.index();
    assertThat(Belonging.of(before, "m4", member)).isEqualTo(Belonging.UNKNOWN);
    assertThat(Belonging.of(state, "m4", member)).isEqualTo(Belonging.MEMBER);
    ClusterState with = state;
    apply(new Command.PromoteManager("m4", member));
    apply(new Command.AdmitManager(m4("blank")));
    long next = state.index();
    assertThat(Belonging.of(state, "m4", member)).isEqualTo(Belonging.REPLACED);
    assertThat(Belonging.of(with, "m4", next)).as("not there yet").isEqualTo(Belonging.UNKNOWN);
    apply(new Command.RemoveManager("m4", next));
    assertThat(Belonging.of(state, "m4", next)).as("on its way").isEqualTo(Belonging.MEMBER);
    apply(new Command.ForgetManager("m4", next));
    assertThat(Belonging.of(state, "m4", next)).isEqualTo(Belonging.REMOVED);
    assertThat(Belonging.of(state, "m4", member)).isEqualTo(Belonging.REMOVED);
  }
}
