package dev.swarm.consensus.guard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.swarm.consensus.guard.Verdict.Action;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.ListAssert;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class RoleGuardTest {
  private static final long MILLI = 1_000_000L;
  private static final long SECOND = 1_000 * MILLI;
  private static final long MIB = 1 << 20;
  private static final Observation.Follower FOLLOWER =
      new Observation.Follower("m2-1", 0, 0, SpaceLevel.AMPLE);

  private final HandOvers handOvers = new HandOvers();
  private RoleGuard guard = new RoleGuard(handOvers);
  private long now = 100 * SECOND;

  /** What is seen; changed by each case. */
  private boolean alive = true;

  private boolean logOpen = true;
  private boolean leads = true;
  private boolean ready = true;
  private boolean loading;

  /** Whether another takes over when asked, and gives the lead back at once. */
  private boolean passedToAndFro;

  private long logStart;
  private long flushed = 100;
  private long committed = 100;
  private long applied = 100;
  private Observation.Follower follower = FOLLOWER;
  private Snapshots snapshots = Snapshots.at(50);
  private Space space = new Space(1_000 * MIB, 10_000 * MIB);

  private Verdict look() {
    Verdict verdict = lookOnce();
    if (passedToAndFro && verdict.action() == Action.HAND_OVER) {
      leads = false;
      lookOnce();
      leads = true;
    }
    return verdict;
  }

  private Verdict lookOnce() {
    now += 250 * MILLI;
    return guard.look(
        new Observation(
            alive,
            logOpen,
            leads,
            ready,
            loading,
            logStart,
            flushed,
            committed,
            applied,
            followers(),
            space,
            snapshots),
        now);
  }

  private List<Observation.Follower> followers() {
    return follower == null ? List.of() : List.of(follower);
  }

  /** What it decides within this time, without what is fine. */
  private List<Verdict> watch(long seconds) {
    List<Verdict> decided = new ArrayList<>();
    for (int i = 0; i < 4 * seconds; i++) {
      Verdict verdict = look();
      if (verdict != Verdict.FINE) decided.add(verdict);
    }
    return decided;
  }

  private static ListAssert<Action> actions(List<Verdict> seen) {
    return assertThat(seen.stream().map(Verdict::action).toList());
  }

  @Test
  void givenAHandOver_whenTheLogIsOpenedAgainWithTheSameTrouble_thenTheRestGoesOn() {
    space = new Space(100 * MIB, 10_000 * MIB);
    actions(watch(1)).containsExactly(Action.HAND_OVER);
    guard = new RoleGuard(handOvers);
    assertThat(watch(3)).isEmpty();
    actions(watch(5)).containsExactly(Action.HAND_OVER);
  }

  @Test
  void givenAHealthyLeader_whenWatched_thenNothingIsDone() {
    assertThat(watch(600)).isEmpty();
  }

  @Test
  void givenADivisionThatClosed_whenLookedAt_thenTheRoleGoesDownAtOnce() {
    look();
    alive = false;
    assertThat(look())
        .isEqualTo(new Verdict(Action.TAKE_DOWN, Trouble.CLOSED, "its Raft division has closed"));
  }

  @Test
  void givenALogThatClosed_whenLookedAt_thenTheRoleGoesDownThoughTheDivisionLives() {
    look();
    logOpen = false;
    assertThat(look().trouble()).isEqualTo(Trouble.LOG_FAILED);
  }

  @Nested
  class GivenSnapshotsThatFail {
    GivenSnapshotsThatFail() {
      snapshots = snapshots.failed("no room").failed("no room");
    }

    @Test
    void whenTwoFailed_thenNothingIsSaid() {
      assertThat(watch(60)).isEmpty();
      assertThat(guard.warning().reason()).isEmpty();
    }

    @Test
    void whenAThirdFails_thenItWarnsAndTheLeadGoesToAnotherOnce() {
      snapshots = snapshots.failed("not a directory");
      assertThat(watch(3_600))
          .containsExactly(
              new Verdict(
                  Action.HAND_OVER,
                  Trouble.NO_SNAPSHOT,
                  "3 snapshots failed, the last one: not a directory"));
      assertThat(guard.warning().reason()).contains("not a directory");
    }

    @Test
    void whenNobodyElseCanLead_thenItWarnsAndGoesOn() {
      snapshots = snapshots.failed("not a directory");
      follower = null;
      assertThat(watch(600)).isEmpty();
      assertThat(guard.warning().reason()).isNotEmpty();
    }

    @Test
    void whenOneIsTaken_thenAllIsWell_andALaterSeriesCountsAnew() {
      snapshots = snapshots.failed("not a directory");
      actions(watch(60)).containsExactly(Action.HAND_OVER);
      snapshots = Snapshots.at(100);
      look();
      assertThat(guard.warning().reason()).isEmpty();
      snapshots = snapshots.failed("a").failed("b").failed("c");
      actions(watch(60)).containsExactly(Action.HAND_OVER);
    }
  }

  @Nested
  class GivenASnapshotThatIsBeingTaken {
    GivenASnapshotThatIsBeingTaken() {
      snapshots = snapshots.taking(true);
      look();
    }

    @Test
    void whenItTakesTwoMinutes_thenItWarnsAndTheLeadGoesToAnotherOnce_untilItEnds() {
      assertThat(watch(119)).isEmpty();
      assertThat(guard.warning().reason()).isEmpty();
      assertThat(watch(600))
          .containsExactly(
              new Verdict(
                  Action.HAND_OVER,
                  Trouble.SLOW_SNAPSHOT,
                  "a snapshot has not come to its end for more than 120 s"));
      assertThat(guard.warning().reason()).isNotEmpty();
      snapshots = Snapshots.at(100);
      look();
      assertThat(guard.warning().reason()).isEmpty();
    }

    @Test
    void whenThisProcessStoodStillMeanwhile_thenNothingIsSaid() {
      now += 600 * SECOND;
      assertThat(watch(60)).isEmpty();
      assertThat(guard.warning().reason()).isEmpty();
    }

    @Test
    void whenEachIsFollowedByAnother_thenNothingIsSaid() {
      for (int index = 100; index < 700; index++) {
        snapshots = Snapshots.at(index).taking(true);
        assertThat(watch(1)).isEmpty();
      }
      assertThat(guard.warning().reason()).isEmpty();
    }
  }

  @Nested
  class GivenALeaderThatIsNotReady {
    GivenALeaderThatIsNotReady() {
      ready = false;
      applied = 90;
    }

    @Test
    void whenNothingIsAppliedFor5Seconds_thenItStepsDown() {
      assertThat(watch(5)).isEmpty();
      assertThat(look().action()).isEqualTo(Action.STEP_DOWN);
    }

    @Test
    void whenItAppliesALongLog_thenItMayTakeItsTime() {
      committed = 1_000;
      for (int i = 0; i < 100; i++) {
        applied++;
        assertThat(look()).isEqualTo(Verdict.FINE);
      }
      assertThat(watch(5)).hasSize(1);
    }

    @Test
    void whenItIsElectedAgainAndAgain_thenItsRoleGoesDownTheThirdTime() {
      actions(watch(17)).containsExactly(Action.STEP_DOWN, Action.STEP_DOWN, Action.TAKE_DOWN);
    }

    @Test
    void whenItBecomesReadyMeanwhile_thenItStartsAnew() {
      actions(watch(12)).containsExactly(Action.STEP_DOWN, Action.STEP_DOWN);
      ready = true;
      applied = committed;
      look();
      ready = false;
      actions(watch(6)).containsExactly(Action.STEP_DOWN);
    }
  }

  @Nested
  class GivenEntriesThatAreNotApplied {
    GivenEntriesThatAreNotApplied() {
      look();
      committed = 200;
    }

    @Test
    void whenWeLead_thenAnotherLeadsAfter10SecondsAndTheRoleGoesDownAfter20() {
      assertThat(watch(9)).isEmpty();
      assertThat(watch(2))
          .containsExactly(
              new Verdict(
                  Action.HAND_OVER,
                  Trouble.APPLY_STUCK,
                  "entries up to 200 are committed, but nothing after 100 is applied here"));
      List<Verdict> decided = watch(10);
      assertThat(decided.get(decided.size() - 1).action()).isEqualTo(Action.TAKE_DOWN);
    }

    @Test
    void whenASnapshotIsBeingLoaded_thenItMayTakeItsTime_butNotForEver() {
      loading = true;
      assertThat(watch(299)).isEmpty();
      assertThat(watch(2).get(0))
          .isEqualTo(
              new Verdict(
                  Action.TAKE_DOWN,
                  Trouble.APPLY_STUCK,
                  "its state has been loading from a snapshot for 300 s"));
    }

    @Test
    void whenOneSnapshotIsLoadedAfterTheOther_thenEachMayTakeItsTime() {
      for (int i = 0; i < 5; i++) {
        loading = true;
        assertThat(watch(200)).isEmpty();
        loading = false;
        assertThat(watch(1)).isEmpty();
      }
    }

    @Test
    void whenThisProcessStoodStillMeanwhile_thenThatDoesNotCount() {
      watch(9);
      now += 70 * SECOND;
      assertThat(watch(9)).isEmpty();
    }

    @Test
    void whenSomethingIsAppliedNowAndThen_thenItGoesOn() {
      for (int i = 0; i < 20; i++) {
        applied++;
        assertThat(watch(8)).isEmpty();
      }
    }
  }

  @Nested
  class GivenADiskThatFills {
    @Test
    void whenBelowTheMarks_thenNoProposalsThenNoLeadershipThenNoRole() {
      space = new Space(257 * MIB, 10_000 * MIB);
      look();
      assertThat(guard.level()).isEqualTo(SpaceLevel.AMPLE);
      space = new Space(255 * MIB, 10_000 * MIB);
      assertThat(look()).isEqualTo(Verdict.FINE);
      assertThat(guard.level()).isEqualTo(SpaceLevel.SCARCE);
      space = new Space(127 * MIB, 10_000 * MIB);
      assertThat(look().action()).isEqualTo(Action.HAND_OVER);
      space = new Space(63 * MIB, 10_000 * MIB);
      assertThat(look().action()).isEqualTo(Action.TAKE_DOWN);
    }

    @Test
    void whenThereIsRoomAgain_thenProposalsComeBackAQuarterAboveTheMark() {
      space = new Space(255 * MIB, 10_000 * MIB);
      look();
      space = new Space(319 * MIB, 10_000 * MIB);
      look();
      assertThat(guard.level()).isEqualTo(SpaceLevel.SCARCE);
      space = new Space(321 * MIB, 10_000 * MIB);
      look();
      assertThat(guard.level()).isEqualTo(SpaceLevel.AMPLE);
    }

    @Test
    void whenItStaysScarce_andAFollowerHasRoom_thenThatLeadsAfter3Seconds() {
      space = new Space(255 * MIB, 10_000 * MIB);
      assertThat(watch(3)).isEmpty();
      actions(watch(1)).containsExactly(Action.HAND_OVER);
    }

    @Test
    void whenTheFollowersDiskIsAsFull_orFuller_thenItKeepsTheLead() {
      follower = new Observation.Follower("m2-1", 0, 0, SpaceLevel.LOW);
      space = new Space(255 * MIB, 10_000 * MIB);
      assertThat(watch(600)).isEmpty();
      space = new Space(127 * MIB, 10_000 * MIB);
      assertThat(watch(600)).isEmpty();
    }

    @Test
    void whenTheFollowerDoesNotTell_thenItLeadsAfter3SecondsBelowTheSecondMarkOnly() {
      follower = new Observation.Follower("m2-1", 0, 0, null);
      space = new Space(255 * MIB, 10_000 * MIB);
      assertThat(watch(600)).isEmpty();
      space = new Space(127 * MIB, 10_000 * MIB);
      actions(watch(1)).containsExactly(Action.HAND_OVER);
    }

    @Test
    void whenOnlySnapshotsFail_andAFollowersDiskIsFuller_thenItKeepsTheLead() {
      follower = new Observation.Follower("m2-1", 0, 0, SpaceLevel.SCARCE);
      snapshots = snapshots.failed("a").failed("b").failed("c");
      assertThat(watch(60)).isEmpty();
    }

    @Test
    void whenNoFollowerAnswers_thenItKeepsTheLead() {
      follower = null;
      space = new Space(127 * MIB, 10_000 * MIB);
      assertThat(watch(60)).isEmpty();
    }

    @Test
    void whenTheLeadComesBackAgainAndAgain_thenItIsHandedOverEverMoreSeldom() {
      passedToAndFro = true;
      space = new Space(127 * MIB, 10_000 * MIB);
      assertThat(watch(4)).hasSize(1);
      assertThat(watch(10)).as("after 5 s").hasSize(1);
      assertThat(watch(5)).as("after 10 s").hasSize(1);
      assertThat(watch(3_600)).hasSizeLessThan(12);
    }

    @Test
    void whenNobodyTakesTheLead_thenItIsOfferedAgainWithin30Seconds_andNoOftener() {
      space = new Space(127 * MIB, 10_000 * MIB);
      watch(600);
      assertThat(watch(31)).hasSize(1);
      assertThat(watch(600)).hasSizeBetween(19, 21);
    }

    @Test
    void whenTheLeadWentToAndFro_andNowNobodyTakesIt_thenItIsOfferedAgainWithin30Seconds() {
      passedToAndFro = true;
      space = new Space(127 * MIB, 10_000 * MIB);
      assertThat(watch(4_000)).hasSizeLessThan(12);
      passedToAndFro = false;
      watch(1_000);
      assertThat(watch(31)).hasSize(1);
    }
  }

  @Nested
  class GivenADiskSlowerThanAFollowers {
    private long written = 100;

    private long theirs = 100;

    /** One entry a second; the follower has it at once, we after this long. */
    private List<Verdict> write(long seconds, long ourMillis) {
      return write(seconds, ourMillis, 0);
    }

    private List<Verdict> write(long seconds, long ourMillis, long theirMillis) {
      List<Verdict> decided = new ArrayList<>();
      long sinceNanos = now;
      for (long end = now + seconds * SECOND; now < end; ) {
        if (now - sinceNanos >= SECOND) {
          written++;
          sinceNanos = now;
        }
        if (now - sinceNanos >= ourMillis * MILLI) flushed = written;
        if (now - sinceNanos >= theirMillis * MILLI) theirs = written;
        follower = new Observation.Follower("m2-1", written, theirs, SpaceLevel.AMPLE);
        committed = flushed;
        applied = flushed;
        Verdict verdict = look();
        if (verdict != Verdict.FINE) decided.add(verdict);
      }
      return decided;
    }

    @Test
    void whenEntriesTake400Milliseconds_thenTheFollowerLeadsWithin10Seconds() {
      List<Verdict> decided = write(10, 400);
      assertThat(decided).hasSize(1);
      assertThat(decided.get(0).trouble()).isEqualTo(Trouble.SLOW_DISK);
      assertThat(decided.get(0).action()).isEqualTo(Action.HAND_OVER);
    }

    @Test
    void whenTheFollowerIsAsSlowOutOfStep_thenItKeepsTheLead() {
      for (int i = 0; i < 60; i++) {
        assertThat(write(1, 900, 400)).isEmpty();
        assertThat(write(1, 400, 900)).isEmpty();
      }
    }

    @Test
    void whenEntriesTake100Milliseconds_thenItKeepsTheLead() {
      assertThat(write(600, 100)).isEmpty();
    }

    @Test
    void whenOneInTenSecondsIsSlow_thenItKeepsTheLead() {
      for (int i = 0; i < 20; i++) {
        assertThat(write(9, 50)).isEmpty();
        assertThat(write(1, 900)).isEmpty();
      }
    }

    @Test
    void whenOneEntryNeverGetsThere_thenTheFollowerLeadsAfter3Seconds() {
      assertThat(write(3, 60_000)).isEmpty();
      assertThat(write(2, 60_000)).hasSize(1);
    }

    @Test
    void whenTheLeadComesBackAndTheDiskIsStillSlow_thenItIsHandedOverEverMoreSeldom() {
      passedToAndFro = true;
      assertThat(write(3_600, 400)).hasSizeBetween(5, 12);
    }

    @Test
    void whenNobodyTookTheLead_thenTheNextIsOfferedItWithin40Seconds() {
      write(1_800, 400);
      assertThat(write(40, 400)).isNotEmpty();
    }
  }

  @Nested
  class GivenAFollowerThatWantsEntriesThatThePurgedLogHasNoMore {
    GivenAFollowerThatWantsEntriesThatThePurgedLogHasNoMore() {
      logStart = 60;
      follower = new Observation.Follower("m2-1", 49, 0, SpaceLevel.AMPLE);
    }

    @Test
    void whenItTakesOurSnapshotInTime_thenNothingIsDone() {
      assertThat(watch(29)).isEmpty();
      follower = new Observation.Follower("m2-1", 59, 59, SpaceLevel.AMPLE);
      assertThat(watch(60)).isEmpty();
    }

    @Test
    void whenItDoesNot_thenANewOneIsTaken_andTheNextAfterFiveMinutes() {
      assertThat(watch(29)).isEmpty();
      assertThat(watch(2))
          .singleElement()
          .satisfies(
              verdict -> {
                assertThat(verdict.action()).isEqualTo(Action.TAKE_SNAPSHOT);
                assertThat(verdict.trouble()).isEqualTo(Trouble.LEFT_BEHIND);
                assertThat(verdict.reason()).contains("entries before 60").contains("30 s");
              });
      assertThat(watch(298)).isEmpty();
      assertThat(watch(2)).hasSize(1);
    }

    @Test
    void whenItAnswersLateNowAndThen_thenItsWaitGoesOn() {
      Observation.Follower waits = follower;
      for (int i = 0; i < 6; i++) {
        follower = waits;
        assertThat(watch(2)).isEmpty();
        follower = null;
        assertThat(watch(3)).isEmpty();
      }
      follower = waits;
      assertThat(watch(1)).hasSize(1);
    }

    @Test
    void whenItWasAwayMeanwhile_thenItsWaitBeginsAnew() {
      Observation.Follower waits = follower;
      assertThat(watch(29)).isEmpty();
      follower = null;
      assertThat(watch(15)).isEmpty();
      follower = waits;
      assertThat(watch(29)).isEmpty();
      assertThat(watch(2)).hasSize(1);
    }

    @Test
    void whenWeFollow_orItDoesNotAnswer_thenNothingIsDone() {
      leads = false;
      assertThat(watch(60)).isEmpty();
      leads = true;
      follower = null;
      assertThat(watch(60)).isEmpty();
    }
  }
}
