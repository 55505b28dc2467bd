package dev.swarm.presence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.swarm.bus.Messages.SessionBeat;
import dev.swarm.model.BatchSettings;
import dev.swarm.model.ClusterInfo;
import dev.swarm.model.ClusterState;
import dev.swarm.model.Command;
import dev.swarm.model.HeartbeatSettings;
import dev.swarm.model.Judgement;
import dev.swarm.model.SessionOpen;
import dev.swarm.model.SessionRef;
import dev.swarm.model.Settings;
import dev.swarm.model.WorkerId;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Deadlines: period 5 s, TTL 15 s, grace 30 s. Times are milliseconds since the reign began. */
class PresenceTableTest {
  private ClusterState state = ClusterState.EMPTY;
  private PresenceTable table;

  PresenceTableTest() {
    write(new Command.BeginCluster(new ClusterInfo("demo", 1), Settings.DEFAULT, List.of()), 0);
    write(new Command.BeginEpoch(1, "m1", 1), 0);
  }

  private static long at(long millis) {
    return TimeUnit.MILLISECONDS.toNanos(millis) - 7_000_000_000_000L; // any origin will do
  }

  private void write(Command command, long millis) {
    var applied = state.apply(state.index() + 1, List.of(command));
    state = applied.state();
    if (table != null) table.follow(state, applied.changes(), at(millis));
  }

  private void begin() {
    table = new PresenceTable(state, new MassLossBrake(MassLossBrake.Threshold.OFF), at(0));
  }

  private SessionRef open(String worker, long dial, long millis) {
    var wish = new SessionOpen(new WorkerId(worker), 1, dial, "m1", 1, "", Map.of(), 1);
    write(new Command.OpenSessions(state.epoch().number(), List.of(wish), millis), millis);
    return state.workers().get(new WorkerId(worker)).ref();
  }

  private List<SessionRef> beat(SessionRef session, long age, int promised, long millis) {
    return table.take(
        List.of(new SessionBeat(session, 1, age, promised, state.settings().version())),
        at(millis));
  }

  private List<SessionRef> beat(SessionRef session, long millis) {
    return beat(session, 0, 5_000, millis);
  }

  private List<SessionRef> down(long millis) {
    return table.judge(at(millis)).stream().map(late -> late.judgement().session()).toList();
  }

  private void period(int millis, long now) {
    Settings changed =
        new Settings(new HeartbeatSettings(millis, 10, 3, 6), BatchSettings.DEFAULT, 0);
    write(new Command.ChangeSettings(changed, 0), now);
  }

  @Nested
  class GivenAnOpenSession {
    private final SessionRef session;

    GivenAnOpenSession() {
      begin();
      session = open("w1", 1, 1_000);
    }

    @Test
    void whenNoBeatComes_thenItIsDownAfterTtlOnce() {
      assertThat(down(15_999)).isEmpty();
      assertThat(down(16_050)).containsExactly(session);
      assertThat(down(20_000)).isEmpty();
    }

    @Test
    void whenItBeats_thenTtlCountsFromTheBeatNotFromItsArrival() {
      beat(session, 300, 5_000, 10_300);
      assertThat(down(24_999)).isEmpty();
      assertThat(down(25_050)).containsExactly(session);
    }

    @Test
    void whenBeatsComeOutOfOrder_thenTheNewestCounts() {
      beat(session, 0, 5_000, 10_000);
      beat(session, 4_000, 5_000, 10_100);
      assertThat(down(24_999)).isEmpty();
    }

    @Test
    void whenAnotherSessionIsOpened_thenOnlyThatOneCounts() {
      SessionRef next = open("w1", 2, 8_000);
      assertThat(beat(session, 9_000)).containsExactly(session);
      assertThat(down(22_999)).isEmpty();
      assertThat(down(23_050)).containsExactly(next);
    }

    @Test
    void whenItsVerdictIsSpoken_thenABeatComesTooLate() {
      down(17_000);
      assertThat(beat(session, 17_001)).containsExactly(session);
    }

    @Test
    void whenItIsDown_thenItIsForgotten() {
      write(
          new Command.SetStatus(
              List.of(new Judgement(session, 1, Judgement.Verdict.LEFT, "left")), 1),
          2_000);
      assertThat(beat(session, 3_000)).containsExactly(session);
      assertThat(down(60_000)).isEmpty();
    }

    @Test
    void whenItBeats_thenNothingIsToBeCommitted() {
      beat(session, 2_000);
      assertThat(table.takeConfirmations()).isEmpty();
    }

    @Test
    void whenABeatIsOfASessionWeHaveNotSeenYet_thenItIsNotRefused() {
      SessionRef newer = new SessionRef(session.worker(), session.number() + 1);
      assertThat(beat(newer, 2_000)).isEmpty();
      assertThat(down(16_050)).containsExactly(session); // and confirms nothing here
    }

    @Test
    void whenALongerPeriodWasPromised_thenItIsHonoured() {
      beat(session, 0, 8_000, 2_000);
      assertThat(down(25_999)).isEmpty();
      assertThat(down(26_050)).containsExactly(session);
    }

    @Test
    void whenThePeriodBecomesShorter_thenTheOldPromiseHoldsUntilABeatSaysOtherwise() {
      period(1_000, 2_000);
      assertThat(down(15_900)).isEmpty();
      beat(session, 0, 5_000, 15_900);
      assertThat(down(30_800)).isEmpty();
      beat(session, 0, 1_000, 30_800);
      assertThat(down(33_700)).isEmpty();
      assertThat(down(33_850)).containsExactly(session);
    }

    @Test
    void whenThePeriodBecomesShorter_thenThePromiseIsOverWithABeatThatSaysSo() {
      beat(session, 2_000);
      assertThat(table.promisesOver()).isTrue();
      period(1_000, 2_000);
      assertThat(state.settings().promisedMillis()).isEqualTo(5_000);
      assertThat(table.promisesOver()).as("unheard").isFalse();
      beat(session, 0, 5_000, 3_000);
      assertThat(table.promisesOver()).as("told otherwise before").isFalse();
      beat(session, 0, 1_000, 4_000);
      assertThat(table.promisesOver()).isTrue();
    }

    @Test
    void whenAManagerHasSettingsOfBefore_thenItMayPromiseWhatWasAgreedSince() {
      SessionBeat old = new SessionBeat(session, 1, 0, 5_000, state.settings().version());
      period(20_000, 2_000);
      period(5_000, 3_000);
      table.take(List.of(old), at(4_000));
      assertThat(table.promisesOver()).isFalse();
      assertThat(down(63_999)).isEmpty();
      assertThat(down(64_050)).containsExactly(session);
    }

    @Test
    void whenThePeriodWasLongerForAMoment_thenThatPromiseIsHonoured() {
      period(20_000, 2_000);
      period(5_000, 3_000);
      assertThat(down(60_999)).isEmpty();
      assertThat(down(61_050)).containsExactly(session);
    }

    @Test
    void whenAnotherEpochBegins_thenNobodyIsConfirmedOrJudged() {
      write(new Command.BeginEpoch(2, "m2", 1), 2_000);
      assertThat(table.over()).isTrue();
      assertThat(beat(session, 2_000)).containsExactly(session);
      assertThat(down(100_000)).isEmpty();
    }

    @Test
    void whenTheLogJumps_thenItsDeadlineStaysAndNewSessionsAreFound() {
      beat(session, 5_000);
      PresenceTable following = table;
      table = null;
      SessionRef other = open("w2", 1, 6_000);
      table = following;
      table.reconcile(state, at(7_000));
      assertThat(down(20_050)).containsExactly(session);
      assertThat(down(22_050)).containsExactly(other);
    }

    @Test
    void thenTheNextLookIsAtItsDeadline() {
      assertThat(table.nanosUntilNextLook(at(1_000)))
          .isBetween(at(15_000) - at(0), at(15_050) - at(0));
      down(17_000);
      assertThat(table.nanosUntilNextLook(at(17_000))).isEqualTo(Long.MAX_VALUE);
    }
  }

  @Test
  void givenAShorterPeriod_whenTheLeaderChanges_thenTheGraceIsThatOfThePromise() {
    SessionRef session = open("w1", 1, 0);
    period(1_000, 0);
    write(new Command.BeginEpoch(2, "m2", 1), 0);
    begin();
    assertThat(down(29_999)).isEmpty();
    assertThat(down(30_050)).containsExactly(session);
  }

  @Nested
  class GivenANewReign {
    private final SessionRef session;

    GivenANewReign() {
      session = open("w1", 1, 0);
      write(new Command.BeginEpoch(2, "m2", 1), 0);
      begin();
    }

    @Test
    void whenNothingIsHeard_thenItIsDownAtTheEndOfTheGrace() {
      assertThat(down(29_999)).isEmpty();
      assertThat(table.judge(at(30_050)))
          .extracting(late -> late.judgement().reason())
          .containsExactly(PresenceTable.NOT_BACK);
    }

    @Test
    void whenItIsInARoster_thenItIsConfirmedAndHasTtlMinusItsSilence() {
      assertThat(beat(session, 4_000, 5_000, 500)).isEmpty();
      assertThat(table.takeConfirmations())
          .containsExactly(new Judgement(session, 2, Judgement.Verdict.UP, "heartbeat"));
      assertThat(down(11_499)).isEmpty();
      assertThat(down(11_550)).containsExactly(session);
    }

    @Test
    void whenConfirmedAndCommitted_thenItIsNotSaidAgain() {
      beat(session, 500);
      write(new Command.SetStatus(table.takeConfirmations(), 1), 510);
      beat(session, 5_000);
      assertThat(table.takeConfirmations()).isEmpty();
    }

    @Test
    void whenTheConfirmationIsLost_thenTheNextBeatSaysItAgain() {
      beat(session, 500);
      table.takeConfirmations();
      beat(session, 5_000);
      assertThat(table.takeConfirmations()).hasSize(1);
    }

    @Test
    void whenItsSilenceIsOlderThanATtl_thenItProvesNothing() {
      beat(session, 15_000, 5_000, 500);
      assertThat(table.takeConfirmations()).isEmpty();
      assertThat(down(29_999)).isEmpty();
      assertThat(down(30_050)).containsExactly(session);
    }
  }
}
