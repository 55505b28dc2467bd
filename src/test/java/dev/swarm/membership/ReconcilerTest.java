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
import dev.swarm.model.SessionOpen;
import dev.swarm.model.Settings;
import dev.swarm.model.WorkerId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Records and a Raft group that follows them, without Raft. */
class ReconcilerTest {
  private static final long SECOND = 1_000_000_000L;

  private ClusterState state = ClusterState.EMPTY;
  private List<GroupMember> voters = new ArrayList<>();
  private final Set<String> silent = new HashSet<>();
  private String leader = "m1";
  private Reconciler reconciler = new Reconciler("m1");
  private long now;

  private static ManagerInfo wish(int number, String nonce) {
    return ManagerInfo.joining("m" + number, nonce, "a:" + number, "r:" + number, "h:" + number);
  }

  private void founded(int... numbers) {
    List<ManagerInfo> founders =
        Arrays.stream(numbers)
            .mapToObj(n -> wish(n, "f" + n).as(1).in(ManagerState.ACTIVE))
            .toList();
    apply(
        new Command.BeginCluster(new ClusterInfo("demo", 7), Settings.DEFAULT, founders),
        new Command.BeginEpoch(1, "m1", 1));
    founders.forEach(one -> voters.add(new GroupMember(one.id(), 1, one.raft())));
  }

  private void apply(Command... commands) {
    state = state.apply(state.index() + 1, List.of(commands)).state();
  }

  private void admit(int number, String nonce) {
    apply(new Command.AdmitManager(wish(number, nonce)));
  }

  private void remove(String id) {
    apply(new Command.RemoveManager(id, state.managers().get(id).member()));
  }

  private List<GroupMember> heard() {
    return voters.stream().filter(voter -> !silent.contains(voter.manager())).toList();
  }

  private Step next() {
    return reconciler.next(state, new GroupView(voters, true, heard()), now);
  }

  private List<String> names() {
    return voters.stream().map(voter -> voter.manager() + "-" + voter.member()).toList();
  }

  /** Does what is said until nothing more is; returns how the group was after each change. */
  private List<List<String>> settle() {
    List<List<String>> history = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      Step step = next();
      if (step instanceof Rest) return history;
      if (step instanceof Commit commit) apply(commit.command());
      if (step instanceof Yield leaving) lead(leaving.heir().manager());
      if (step instanceof Change change) {
        if (change.added() != null && silent.contains(change.added().manager())) {
          reconciler.failed(change.added(), now);
          continue;
        }
        voters = change.voters();
        history.add(names());
      }
    }
    throw new AssertionError("never at rest");
  }

  private void lead(String manager) {
    leader = manager;
    reconciler = new Reconciler(manager);
    apply(new Command.BeginEpoch(state.epoch().term() + 1, manager, 1));
  }

  private Map<String, ManagerState> states() {
    Map<String, ManagerState> states = new java.util.TreeMap<>();
    state.managers().forEach((id, one) -> states.put(id, one.state()));
    return states;
  }

  @Test
  void givenOne_whenTwoJoin_thenTheyComeInOneAfterTheOther_andAreActive() {
    founded(1);
    admit(2, "f2");
    admit(3, "f3");
    long m2 = state.managers().get("m2").member();
    long m3 = state.managers().get("m3").member();
    assertThat(settle())
        .containsExactly(List.of("m1-1", "m2-" + m2), List.of("m1-1", "m2-" + m2, "m3-" + m3));
    assertThat(states().values()).containsOnly(ManagerState.ACTIVE);
  }

  @Test
  void givenAJoinerThatIsNotThere_thenTheGroupStaysAsItIs_andItIsTriedAgainLater() {
    founded(1, 2, 3);
    silent.add("m4");
    admit(4, "f4");
    assertThat(settle()).isEmpty();
    assertThat(voters).hasSize(3);
    now += Reconciler.TRY_AGAIN_NANOS;
    assertThat(next()).isInstanceOf(Change.class);
    silent.clear();
    assertThat(settle()).hasSize(1);
    assertThat(states()).containsEntry("m4", ManagerState.ACTIVE);
  }

  @Test
  void givenAJoinerThatIsNotThere_whenAnotherJoinsAndOneLeaves_thenTheyDoNotWaitForIt() {
    founded(1, 2, 3);
    silent.add("m4");
    admit(4, "f4");
    admit(5, "f5");
    remove("m2");
    settle();
    assertThat(names()).hasSize(3).contains("m1-1", "m3-1");
    assertThat(states())
        .containsEntry("m4", ManagerState.JOINING)
        .containsEntry("m5", ManagerState.ACTIVE)
        .doesNotContainKey("m2");
  }

  @Test
  void givenALostDisk_whenItComesBack_thenTheOldMemberIsOutBeforeTheNewOneIsIn() {
    founded(1, 2, 3);
    admit(3, "blank");
    long member = state.managers().get("m3").member();
    assertThat(settle())
        .containsExactly(List.of("m1-1", "m2-1"), List.of("m1-1", "m2-1", "m3-" + member));
    assertThat(states().values()).containsOnly(ManagerState.ACTIVE);
  }

  @Test
  void givenTheLeaderLeaves_thenItHandsOverFirst_andTheNextLeaderTakesItOut() {
    founded(1, 2, 3);
    remove("m1");
    assertThat(next()).isEqualTo(new Yield(new GroupMember("m2", 1, "r:2")));
    settle();
    assertThat(leader).isNotEqualTo("m1");
    assertThat(names()).containsExactly("m2-1", "m3-1");
    assertThat(states()).doesNotContainKey("m1");
  }

  @Test
  void givenAnHeirThatDoesNotTakeOver_whenTheLeaderLeaves_thenAnotherIsAsked() {
    founded(1, 2, 3);
    remove("m1");
    reconciler.failed(new GroupMember("m2", 1, "r:2"), now);
    assertThat(next()).isEqualTo(new Yield(new GroupMember("m3", 1, "r:3")));
    reconciler.failed(new GroupMember("m3", 1, "r:3"), now);
    assertThat(next()).as("both have just been asked").isInstanceOf(Rest.class);
  }

  @Test
  void givenFoundersThatLeaveOneAfterTheOther_thenTheWorkersOfEachHaveTheirTime() {
    founded(1, 2, 3, 4, 5);
    open("w2", "m2");
    open("w3", "m3");
    remove("m3");
    assertThat(next()).isInstanceOf(Rest.class);
    now += Reconciler.PATIENCE_NANOS;
    settle();
    assertThat(states()).doesNotContainKey("m3");

    remove("m2");
    assertThat(next()).as("its worker has only begun to go").isInstanceOf(Rest.class);
  }

  private void open(String worker, String manager) {
    SessionOpen wish = new SessionOpen(new WorkerId(worker), 5, 1, manager, 1, "", Map.of(), 1);
    apply(new Command.OpenSessions(state.epoch().number(), List.of(wish), 1));
  }

  @Test
  void givenTheRestHasNoMajority_thenNobodyIsTakenOut() {
    founded(1, 2, 3);
    silent.add("m2");
    remove("m3");
    assertThat(next()).as("m1 alone is no majority of m1 and m2").isInstanceOf(Rest.class);
    silent.clear();
    settle();
    assertThat(names()).containsExactly("m1-1", "m2-1");
  }

  @Test
  void givenItHasWorkers_whenItLeaves_thenTheyMayMoveFirst_butNotForEver() {
    founded(1, 2, 3);
    SessionOpen open = new SessionOpen(new WorkerId("w1"), 1, 1, "m3", 9, "", Map.of(), 1);
    apply(new Command.OpenSessions(state.epoch().number(), List.of(open), 1));
    remove("m3");
    assertThat(next()).isInstanceOf(Rest.class);
    now += Reconciler.PATIENCE_NANOS - SECOND;
    assertThat(next()).isInstanceOf(Rest.class);
    silent.add("m3");
    assertThat(next()).as("one that is gone has none to move").isInstanceOf(Change.class);
    silent.clear();
    now += SECOND;
    assertThat(next()).isInstanceOf(Change.class);
  }

  @Test
  void givenAChangeUnderWay_thenNothingElseIsBegun() {
    founded(1, 2, 3);
    admit(4, "f4");
    assertThat(reconciler.next(state, new GroupView(voters, false, voters), now))
        .isInstanceOf(Rest.class);
  }

  /** Whatever is asked, in whatever order, with leaders that change: the group follows. */
  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void givenComingsAndGoings_thenTheGroupBecomesWhatTheRecordsSay_byOneMemberAtATime(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    founded(1, 2, 3);
    for (int round = 0; round < 200; round++) {
      int number = 1 + random.nextInt(7);
      ManagerInfo known = state.managers().get("m" + number);
      if (random.nextBoolean()) admit(number, "f" + random.nextInt(3));
      else if (known != null) remove(known.id());
      if (random.nextInt(4) == 0) {
        heard().stream()
            .filter(one -> state.managers().containsKey(one.manager()))
            .skip(random.nextInt(voters.size()))
            .findFirst()
            .ifPresent(heir -> lead(heir.manager()));
      }
      int before = voters.size();
      for (List<String> after : settle()) {
        assertThat(Math.abs(after.size() - before)).isEqualTo(1);
        before = after.size();
      }
      assertThat(names())
          .containsExactlyInAnyOrderElementsOf(
              state.managers().values().stream().map(m -> m.id() + "-" + m.member()).toList());
      assertThat(states().values()).containsOnly(ManagerState.ACTIVE);
      now += Reconciler.TRY_AGAIN_NANOS;
    }
  }
}
