package dev.swarm.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Managers come, come back as others, and go. */
class MembershipTest {
  private final Log log = Log.begun();

  private static ManagerInfo wish(int number, String nonce) {
    return ManagerInfo.joining(
        "m" + number, nonce, "api:" + number, "raft:" + number, "http:" + number);
  }

  private ManagerInfo manager(String id) {
    return log.state().managers().get(id);
  }

  private List<Refusal> admit(ManagerInfo wish) {
    return log.apply(new Command.AdmitManager(wish));
  }

  /** Admitted, caught up. */
  private ManagerInfo voter(int number) {
    assertThat(admit(wish(number, "f" + number))).isEmpty();
    ManagerInfo admitted = manager("m" + number);
    assertThat(log.apply(new Command.PromoteManager(admitted.id(), admitted.member()))).isEmpty();
    return manager("m" + number);
  }

  private void refuses(Command command, SwarmException.Kind kind, String message) {
    ClusterState before = log.state();
    List<Refusal> refused = log.apply(command);
    assertThat(refused).hasSize(1);
    assertThat(refused.get(0).kind()).isEqualTo(kind);
    assertThat(refused.get(0).message()).contains(message);
    assertThat(log.state().digest()).isEqualTo(before.digest());
  }

  @Test
  void givenANewManager_whenAdmitted_thenItJoinsUnderTheNumberOfTheEntry_andVotesWhenPromoted() {
    assertThat(admit(wish(4, "f4"))).isEmpty();
    ManagerInfo admitted = manager("m4");
    assertThat(admitted.member()).isEqualTo(log.state().index());
    assertThat(admitted.state()).isEqualTo(ManagerState.JOINING);
    assertThat(admitted.weight()).isEqualTo(ManagerInfo.DEFAULT_WEIGHT);
    log.apply(new Command.PromoteManager("m4", admitted.member()));
    assertThat(manager("m4")).isEqualTo(admitted.in(ManagerState.ACTIVE));
  }

  @Test
  void givenAMember_whenItsFolderAsksAgain_thenItIsTheSame_alsoAtOtherPorts() {
    ManagerInfo member = voter(4);
    log.apply(new Command.SetWeight("m4", 7));
    assertThat(admit(wish(4, "f4"))).isEmpty();
    assertThat(manager("m4")).isEqualTo(member.weighing(7));
    assertThat(admit(ManagerInfo.joining("m4", "f4", "api:9", "raft:4", "http:9"))).isEmpty();
    assertThat(manager("m4").member()).isEqualTo(member.member());
    assertThat(manager("m4").api()).isEqualTo("api:9");
    assertThat(manager("m4").http()).isEqualTo("http:9");
    assertThat(manager("m4").state()).isEqualTo(ManagerState.ACTIVE);
    assertThat(manager("m4").weight()).isEqualTo(7);
  }

  @Test
  void givenADrainedMemberWhoseDiskWasLost_whenItTakesPart_thenItIsDrainedStill() {
    voter(4);
    voter(5);
    assertThat(log.apply(new Command.StepManager("m4", ManagerStep.DRAIN))).isEmpty();
    log.apply(new Command.SetWeight("m4", 7));
    assertThat(admit(wish(4, "blank"))).isEmpty();
    assertThat(manager("m4").state()).isEqualTo(ManagerState.JOINING);
    assertThat(admit(ManagerInfo.joining("m4", "blank", "api:9", "raft:4", "http:9"))).isEmpty();
    assertThat(admit(wish(4, "lost again"))).isEmpty();
    log.apply(new Command.PromoteManager("m4", manager("m4").member()));
    assertThat(manager("m4").state()).isEqualTo(ManagerState.DRAINING);
    assertThat(manager("m4").weight()).isEqualTo(7);
    assertThat(manager("m4").drained()).isFalse();
  }

  @Test
  void givenAMemberThatRetiresWhoseDiskWasLost_whenItTakesPart_thenItTakesNoWorkers() {
    voter(4);
    voter(5);
    assertThat(log.apply(new Command.StepManager("m4", ManagerStep.RETIRE))).isEmpty();
    assertThat(admit(wish(4, "blank"))).isEmpty();
    log.apply(new Command.PromoteManager("m4", manager("m4").member()));
    assertThat(manager("m4").state()).isEqualTo(ManagerState.DRAINING);
  }

  @Test
  void givenADrainedMember_whenAdmittedByTheFirstRules_thenItTakesPartAsItDidThen() {
    Command[] drained = {
      new Command.AdmitManager(wish(4, "f4")),
      new Command.StepManager("m4", ManagerStep.DRAIN),
      new Command.AdmitManager(wish(4, "blank"))
    };
    ClusterState state = ClusterState.EMPTY;
    for (Command command : drained) {
      state = state.apply(state.index() + 1, List.of(command), 0, Rules.FIRST).state();
    }
    assertThat(state.managers().get("m4").drained()).isFalse();
  }

  @Test
  void givenAMemberThatStopsOrWasActivatedMeanwhile_whenItsDiskWasLost_thenItComesBackActive() {
    voter(4);
    assertThat(log.apply(new Command.StepManager("m4", ManagerStep.STOP))).isEmpty();
    assertThat(admit(wish(4, "blank"))).isEmpty();
    log.apply(new Command.PromoteManager("m4", manager("m4").member()));
    assertThat(manager("m4").state()).isEqualTo(ManagerState.ACTIVE);
  }

  @Test
  void givenAMemberWhoseDiskWasLost_whenItComesBack_thenItIsANewMemberInThePlaceOfTheOld() {
    ManagerInfo old = voter(4);
    log.apply(new Command.SetWeight("m4", 7));
    assertThat(admit(wish(4, "blank"))).isEmpty();
    assertThat(manager("m4").member()).isGreaterThan(old.member());
    assertThat(manager("m4").state()).isEqualTo(ManagerState.JOINING);
    assertThat(manager("m4").weight()).isEqualTo(7);
    refuses(
        new Command.PromoteManager("m4", old.member()),
        SwarmException.Kind.NOT_FOUND,
        "manager m4 is not member " + old.member());
  }

  @Test
  void givenAMember_whenItComesBackAtAnotherRaftAddress_thenItIsANewMember() {
    ManagerInfo old = voter(4);
    assertThat(admit(ManagerInfo.joining("m4", "f4", "api:4", "raft:9", "http:4"))).isEmpty();
    assertThat(manager("m4").member()).isGreaterThan(old.member());
    assertThat(manager("m4").raft()).isEqualTo("raft:9");
  }

  @Test
  void givenTwoFoldersOfOneIdInOneEntry_thenTheSecondIsRefused_soThatNoNumberIsGivenTwice() {
    List<Outcome> outcomes =
        log.state()
            .apply(
                log.state().index() + 1,
                List.of(
                    new Command.AdmitManager(wish(4, "f4")),
                    new Command.AdmitManager(wish(4, "other"))))
            .outcomes();
    assertThat(outcomes.get(0).refused()).isEmpty();
    assertThat(outcomes.get(1).refused()).hasSize(1);
  }

  @Test
  void givenAnAddressOfAnother_whenAskedFor_thenItIsRefusedWithItsOwner() {
    voter(4);
    for (ManagerInfo taken :
        List.of(
            ManagerInfo.joining("m5", "f5", "api:4", "raft:5", "http:5"),
            ManagerInfo.joining("m5", "f5", "api:5", "raft:4", "http:5"),
            ManagerInfo.joining("m5", "f5", "api:5", "raft:5", "http:4"))) {
      refuses(
          new Command.AdmitManager(taken), SwarmException.Kind.CONFLICT, "is manager m4's already");
    }
  }

  @Test
  void givenTheLeader_whenAnotherFolderClaimsItsId_thenItIsRefused() {
    voter(4);
    log.apply(new Command.BeginEpoch(1_000, "m4", 1));
    refuses(
        new Command.AdmitManager(wish(4, "thief")), SwarmException.Kind.CONFLICT, "is there and");
  }

  @Test
  void givenAsManyAsThereMayBe_whenOneMoreAsks_thenItIsRefused_butOneOfThemMayComeBack() {
    for (int i = log.state().managers().size(); i < Limits.MAX_MANAGERS; i++) voter(40 + i);
    refuses(
        new Command.AdmitManager(wish(99, "f99")),
        SwarmException.Kind.CONFLICT,
        "remove one first");
    assertThat(admit(wish(40 + Limits.MAX_MANAGERS - 1, "blank"))).isEmpty();
  }

  @Test
  void givenSeveral_whenAllButOneAreRemoved_thenTheLastStays() {
    ManagerInfo m4 = voter(4);
    ManagerInfo m5 = voter(5);
    for (ManagerInfo founder : List.copyOf(log.state().managers().values())) {
      if (founder.member() != 1) continue;
      assertThat(log.apply(new Command.RemoveManager(founder.id(), 1))).isEmpty();
      assertThat(manager(founder.id()).state()).isEqualTo(ManagerState.LEAVING);
      refuses(
          new Command.AdmitManager(ManagerInfo.joining(founder.id(), "blank", "x:1", "x:2", "x:3")),
          SwarmException.Kind.CONFLICT,
          "is leaving");
      assertThat(log.apply(new Command.ForgetManager(founder.id(), 1))).isEmpty();
    }
    assertThat(log.apply(new Command.RemoveManager("m5", m5.member()))).isEmpty();
    admit(wish(6, "f6"));
    refuses(
        new Command.RemoveManager("m4", m4.member()), SwarmException.Kind.CONFLICT, "the last one");
    assertThat(log.state().managers().keySet()).containsExactly("m4", "m5", "m6");
  }

  @Test
  void givenAMemberThatStays_whenForgotten_orOneThatIsUnknown_thenItIsRefused() {
    ManagerInfo m4 = voter(4);
    refuses(
        new Command.ForgetManager("m4", m4.member()), SwarmException.Kind.CONFLICT, "is ACTIVE");
    refuses(new Command.RemoveManager("m9", 3), SwarmException.Kind.NOT_FOUND, "manager m9");
    refuses(
        new Command.RemoveManager("m4", m4.member() + 1), SwarmException.Kind.NOT_FOUND, "manager");
  }
}
