package dev.swarm.membership;

import static org.assertj.core.api.Assertions.assertThat;

import dev.swarm.bus.Messages.GroupMember;
import dev.swarm.bus.Messages.GroupView;
import dev.swarm.membership.Step.Change;
import dev.swarm.membership.Step.Commit;
import dev.swarm.membership.Step.Rest;
import dev.swarm.membership.Step.Yield;
import dev.swarm.model.ClusterInfo;
import dev.swarm.model.ClusterState;
import dev.swarm.model.Command;
import dev.swarm.model.ManagerInfo;
import dev.swarm.model.ManagerState;
import dev.swarm.model.Settings;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The leader dies between any two steps of a change, and whoever may lead next goes on from records
 * and group alone; without Raft.
 */
class InterruptedChangesTest {
  private static final int MOST_STEPS = 200;

  /** What became of the step that the leader had just begun when it died. */
  private enum Fate {
    /** Nobody else heard of it. */
    LOST,
    /** The others have it, and the next leader has yet to make it good. */
    UNDER_WAY,
    /** It was done, and the leader did not live to see it. */
    DONE
  }

  /** What is asked of a cluster before anybody dies. */
  private enum Wish {
    ONE_BECOMES_TWO(1, "+2"),
    ONE_BECOMES_THREE(1, "+2", "+3"),
    THREE_BECOME_FIVE(3, "+4", "+5"),
    A_DISK_IS_LOST(3, "!3"),
    THE_LEADER_LEAVES(3, "-1"),
    ONE_COMES_AND_THE_LEADER_GOES(3, "+4", "-1");

    private final int founders;
    private final List<String> asked;

    Wish(int founders, String... asked) {
      this.founders = founders;
      this.asked = List.of(asked);
    }
  }

  /** Where the leader dies, in which way, and which of those that may lead is the next one. */
  private record Death(int step, Fate fate, int heir) {}

  /** A cluster whose leader may be made to die. */
  private static final class Cluster {
    private ClusterState state = ClusterState.EMPTY;
    private List<GroupMember> voters = new ArrayList<>();
    private boolean settled = true;
    private final Set<GroupMember> gone = new HashSet<>();
    private GroupMember leader;
    private GroupMember dead;
    private Reconciler reconciler;
    private int steps;
    private int heirs;
    private long now;

    Cluster(Wish wish) {
      List<ManagerInfo> founders =
          IntStream.rangeClosed(1, wish.founders)
              .mapToObj(n -> info(n, "f" + n).as(1).in(ManagerState.ACTIVE))
              .toList();
      apply(new Command.BeginCluster(new ClusterInfo("demo", 7), Settings.DEFAULT, founders));
      founders.forEach(one -> voters.add(new GroupMember(one.id(), 1, one.raft())));
      lead(voters.get(0));
      wish.asked.forEach(this::ask);
    }

    private static ManagerInfo info(int n, String nonce) {
      return ManagerInfo.joining("m" + n, nonce, "a:" + n, "r:" + n, "h:" + n);
    }

    private void ask(String what) {
      int number = Integer.parseInt(what.substring(1));
      String id = "m" + number;
      switch (what.charAt(0)) {
        case '+' -> apply(new Command.AdmitManager(info(number, "f" + number)));
        case '-' -> apply(new Command.RemoveManager(id, state.managers().get(id).member()));
        default -> {
          voters.stream().filter(voter -> voter.manager().equals(id)).forEach(gone::add);
          apply(new Command.AdmitManager(info(number, "blank")));
        }
      }
    }

    private void apply(Command command) {
      state = state.apply(state.index() + 1, List.of(command)).state();
    }

    private void lead(GroupMember next) {
      leader = next;
      reconciler = new Reconciler(next.manager());
      apply(new Command.BeginEpoch(state.epoch().term() + 1, next.manager(), 1));
    }

    private List<GroupMember> alive() {
      return voters.stream().filter(one -> !gone.contains(one) && !one.equals(dead)).toList();
    }

    /** One look of the leader; false when there is nothing more to do. */
    boolean look(Death death) {
      Step step = reconciler.next(state, new GroupView(voters, settled, alive()), now);
      now += Reconciler.TRY_AGAIN_NANOS;
      if (step instanceof Rest) {
        boolean waiting = !settled;
        settled = true;
        return waiting;
      }
      boolean dies = death != null && steps == death.step();
      steps++;
      boolean lost = dies && death.fate() == Fate.LOST;
      if (step instanceof Commit commit && !lost) apply(commit.command());
      if (step instanceof Yield leaving && !lost) lead(leaving.heir());
      if (step instanceof Change change && !lost) {
        assertThat(settled).as("one change at a time").isTrue();
        assertThat(Math.abs(change.voters().size() - voters.size())).isEqualTo(1);
        assertThat(change.voters().stream().map(GroupMember::manager)).doesNotHaveDuplicates();
        voters = change.voters();
        settled = !(dies && death.fate() == Fate.UNDER_WAY);
      }
      if (dies) die(death.heir());
      return true;
    }

    /** Where the rest is no majority, nobody leads until it is back. */
    private void die(int heir) {
      dead = leader;
      if (alive().size() <= voters.size() / 2) dead = null;
      List<GroupMember> candidates = alive();
      heirs = candidates.size();
      lead(candidates.get(heir % heirs));
    }

    /** Until nothing more is to be done; then the dead one comes back. */
    void run(Death death) {
      while (look(death)) assertThat(steps).as("comes to an end").isLessThan(MOST_STEPS);
      dead = null;
      while (look(null)) assertThat(steps).as("comes to an end").isLessThan(MOST_STEPS);
    }

    void verify() {
      assertThat(voters.stream().map(one -> one.manager() + "-" + one.member()))
          .containsExactlyInAnyOrderElementsOf(
              state.managers().values().stream().map(m -> m.id() + "-" + m.member()).toList());
      assertThat(state.managers().values())
          .allSatisfy(one -> assertThat(one.state()).isEqualTo(ManagerState.ACTIVE));
    }
  }

  @ParameterizedTest
  @EnumSource
  void givenAWish_whenTheLeaderDiesAtAnyStepOfIt_thenWhoeverLeadsNextBringsItToItsEnd(Wish wish) {
    Cluster undisturbed = new Cluster(wish);
    undisturbed.run(null);
    undisturbed.verify();
    Set<String> wanted = undisturbed.state.managers().keySet();
    assertThat(undisturbed.steps).isGreaterThan(1);

    for (int step = 0; step < undisturbed.steps; step++) {
      for (Fate fate : Fate.values()) {
        for (int heir = 0, heirs = 1; heir < heirs; heir++) {
          Death death = new Death(step, fate, heir);
          Cluster cluster = new Cluster(wish);
          cluster.run(death);
          assertThat(cluster.heirs).as("it died: %s", death).isPositive();
          assertThat(cluster.state.managers().keySet()).as("%s", death).isEqualTo(wanted);
          cluster.verify();
          heirs = cluster.heirs;
        }
      }
    }
  }

  private static Stream<Long> seeds() {
    return Stream.iterate(1L, seed -> seed + 1).limit(50);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void givenAnyWish_whenOneLeaderAfterTheOtherDies_thenItIsBroughtToItsEndAllTheSame(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    for (Wish wish : Wish.values()) {
      Cluster cluster = new Cluster(wish);
      for (int deaths = 0; deaths < 10; deaths++) {
        Fate fate = Fate.values()[random.nextInt(Fate.values().length)];
        int dieAt = cluster.steps + random.nextInt(2);
        Death death = new Death(dieAt, fate, random.nextInt(5));
        while (cluster.steps <= dieAt && cluster.look(death)) cluster.now += random.nextInt(1_000);
        if (random.nextBoolean()) cluster.dead = null;
      }
      cluster.run(null);
      cluster.verify();
    }
  }
}
