package dev.swarm.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.swarm.model.ClusterInfo;
import dev.swarm.model.ClusterState;
import dev.swarm.model.Command;
import dev.swarm.model.Judgement;
import dev.swarm.model.ManagerInfo;
import dev.swarm.model.SessionOpen;
import dev.swarm.model.Settings;
import dev.swarm.model.Worker;
import dev.swarm.model.WorkerId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Machines that were cloned together with their worker id, over days of virtual time. */
class RivalsTest {
  private static final WorkerId ID = new WorkerId("w1");
  private static final long MINUTE = 60_000;
  private static final long DAY = 24 * 60 * MINUTE;

  private ClusterState state = ClusterState.EMPTY;
  private final List<Clone> clones = new ArrayList<>();
  private final List<String> holders = new ArrayList<>();
  private long nowMillis;

  RivalsTest() {
    apply(
        new Command.BeginCluster(
            new ClusterInfo("demo", 1), Settings.DEFAULT, List.<ManagerInfo>of()));
    apply(new Command.BeginEpoch(1, "m1", 0));
  }

  private final class Clone {
    private final String name;
    private final long boot;
    private final Backoff backoff;
    private long dial;
    private long dialAt;
    private boolean holds;
    private boolean dead;
    private int attempts;

    Clone(String name) {
      this.name = name;
      boot = name.hashCode();
      backoff = new Backoff(new Random(boot));
      dialAt = nowMillis;
      clones.add(this);
    }

    void dial() {
      attempts++;
      SessionOpen wish = new SessionOpen(ID, boot, ++dial, "m1", 1, "", Map.of(), 1);
      if (!apply(new Command.OpenSessions(1, List.of(wish), nowMillis))) {
        dialAt = nowMillis + backoff.rivalMillis();
        return;
      }
      for (Clone other : clones) if (other.holds) other.replaced();
      holds = true;
      dialAt = Long.MAX_VALUE;
      holders.add(name);
    }

    void replaced() {
      holds = false;
      dialAt = nowMillis + backoff.rivalMillis();
    }

    void die() {
      dead = true;
      holds = false;
      Worker worker = state.workers().get(ID);
      Judgement down = new Judgement(worker.ref(), 1, Judgement.Verdict.DOWN, "no heartbeat");
      apply(new Command.SetStatus(List.of(down), nowMillis));
    }
  }

  private boolean apply(Command command) {
    ClusterState.Applied applied = state.apply(state.index() + 1, List.of(command));
    state = applied.state();
    return applied.outcomes().get(0).refused().isEmpty();
  }

  private void pass(long millis) {
    for (long end = nowMillis + millis; nowMillis < end; nowMillis += 1_000) {
      for (Clone clone : List.copyOf(clones)) {
        if (!clone.dead && clone.dialAt <= nowMillis) clone.dial();
      }
    }
  }

  @Test
  void givenACloneThatStartsLater_thenItWinsOnceAndTheOtherAsksSeldom() {
    Clone first = new Clone("first");
    pass(10 * MINUTE);
    new Clone("clone");
    pass(DAY);
    assertThat(holders).containsExactly("first", "clone");
    assertThat(first.attempts).as("dials a day").isLessThan(110);
  }

  @Test
  void givenFiveClones_whenTheyStartOneAfterTheOther_thenTheLastOneStays() {
    for (String name : List.of("a", "b", "c", "d", "e")) {
      new Clone(name);
      pass(MINUTE);
    }
    pass(DAY);
    assertThat(holders).containsExactly("a", "b", "c", "d", "e");
  }

  @Test
  void givenTheHolderDies_thenTheOtherIsInWithinHalfAnHour() {
    new Clone("first");
    pass(10 * MINUTE);
    Clone clone = new Clone("clone");
    pass(DAY);
    clone.die();
    pass(30 * MINUTE);
    assertThat(holders).containsExactly("first", "clone", "first");
  }

  @Test
  void givenTheOnlyHolder_whenItRestarts_thenItIsInAtOnceWhetherOrNotItWasMissed() {
    Clone first = new Clone("first");
    pass(10 * MINUTE);
    first.dead = true;
    first.holds = false;
    new Clone("restarted");
    pass(1_000);
    assertThat(holders).containsExactly("first", "restarted");
  }
}
