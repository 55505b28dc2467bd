package dev.swarm.model;

import static dev.swarm.model.Judgement.Verdict.DOWN;
import static dev.swarm.model.Judgement.Verdict.LEFT;
import static dev.swarm.model.Judgement.Verdict.UP;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Who has a session, and which judgements of it count. */
class SessionsTest {
  private final Log log = Log.begun();

  private static void assertRefused(List<Refusal> refused, SwarmException.Kind kind) {
    assertThat(refused).extracting(Refusal::kind).containsExactly(kind);
  }

  @Nested
  class GivenAnOpenSession {
    private final SessionRef first = log.open("w1", Log.BOOT, 3);

    @Test
    void whenTheOpenIsRetriedAfterALostAnswer_thenItIsTheSameSession() {
      assertThat(log.open("w1", Log.BOOT, 3)).isEqualTo(first);
      assertThat(log.changes()).isEmpty();
    }

    @Test
    void whenAnOlderDialOfTheSameProcessComesLate_thenItIsStale() {
      var late = new Command.OpenSessions(1, List.of(Log.wish("w1", Log.BOOT, 2)), 2_500);
      assertRefused(log.apply(late), SwarmException.Kind.STALE_SESSION);
      assertThat(log.ref("w1")).isEqualTo(first);
    }

    @Test
    void whenTheSameDialAsksOnAnotherManager_thenItIsStale() {
      SessionOpen here = Log.wish("w1", Log.BOOT, 3);
      var there =
          new SessionOpen(here.worker(), Log.BOOT, 3, "m2", 5, "", here.labels(), here.slots());
      assertRefused(
          log.apply(new Command.OpenSessions(1, List.of(there), 2_500)),
          SwarmException.Kind.STALE_SESSION);
    }

    @Test
    void whenItDialsAnew_thenTheSessionIsNewerAndItStaysUp() {
      assertThat(log.open("w1", Log.BOOT, 4).number()).isGreaterThan(first.number());
      assertThat(log.status("w1")).isEqualTo(WorkerStatus.UP);
    }

    @Test
    void whenAnotherProcessOpensWithTheId_thenItIsANewSession() {
      assertThat(log.open("w1", Log.BOOT + 1, 1).number()).isGreaterThan(first.number());
    }

    @Test
    void whenADeposedLeaderOpens_thenNothingHappens() {
      log.newLeader(2);
      var old = new Command.OpenSessions(1, List.of(Log.wish("w1", Log.BOOT, 4)), 2_500);
      assertRefused(log.apply(old), SwarmException.Kind.NOT_LEADER);
      assertThat(log.ref("w1")).isEqualTo(first);
    }

    @Test
    void whenItIsDown_thenTheSameDialDoesNotReviveIt() {
      log.judge(first, 1, DOWN);
      var again = new Command.OpenSessions(1, List.of(Log.wish("w1", Log.BOOT, 3)), 2_500);
      assertRefused(log.apply(again), SwarmException.Kind.STALE_SESSION);
      assertThat(log.open("w1", Log.BOOT, 4).number()).isGreaterThan(first.number());
      assertThat(log.status("w1")).isEqualTo(WorkerStatus.UP);
    }

    @Test
    void whenItIsDownInOneEntryWithASafeRetry_thenTheOrderOfTheLogDecides() {
      log.apply(
          new Command.SetStatus(List.of(new Judgement(first, 1, DOWN, "late")), 3_000),
          new Command.OpenSessions(1, List.of(Log.wish("w1", Log.BOOT, 4)), 3_000));
      assertThat(log.status("w1")).isEqualTo(WorkerStatus.UP);
    }
  }

  @Nested
  class GivenTwoProcessesOfOneWorker {
    private static final long CLONE = Log.BOOT + 1;
    private final SessionRef first = log.open("w1", Log.BOOT, 1);
    private final SessionRef second = log.open("w1", CLONE, 1);

    private List<Refusal> dial(long boot, long dial) {
      return log.apply(
          new Command.OpenSessions(
              log.state().epoch().number(), List.of(Log.wish("w1", boot, dial)), 9_000));
    }

    @Test
    void thenTheLaterOneHasTheSession() {
      assertThat(second.number()).isGreaterThan(first.number());
      assertThat(log.ref("w1")).isEqualTo(second);
    }

    @Test
    void whenTheEarlierOneComesBack_thenItIsToldWhy_andTheLaterOneKeepsTheSession() {
      List<Refusal> refused = dial(Log.BOOT, 2);
      assertRefused(refused, SwarmException.Kind.CONFLICT);
      assertThat(refused.get(0).message()).contains("another process runs as worker w1");
      assertThat(log.ref("w1")).isEqualTo(second);
    }

    @Test
    void whenTheLeaderChanges_thenTheEarlierOneIsRefusedStill() {
      log.newLeader(2);
      assertRefused(dial(Log.BOOT, 2), SwarmException.Kind.CONFLICT);
      assertThat(log.ref("w1")).isEqualTo(second);
    }

    @Test
    void whenTheLaterOneIsDown_thenTheEarlierOneGetsIn_andTheLaterOneDoesNotThrowItOut() {
      log.judge(second, 1, DOWN);
      assertThat(dial(Log.BOOT, 2)).isEmpty();
      SessionRef third = log.ref("w1");
      assertThat(third.number()).isGreaterThan(second.number());
      assertRefused(dial(CLONE, 2), SwarmException.Kind.CONFLICT);
      assertThat(log.ref("w1")).isEqualTo(third);
    }

    @Test
    void whenAWishOfTheEarlierOneComesAgainLate_thenItIsRefusedEvenWhenTheWorkerIsDown() {
      assertRefused(dial(Log.BOOT, 1), SwarmException.Kind.STALE_SESSION);
      log.judge(second, 1, DOWN);
      assertRefused(dial(Log.BOOT, 1), SwarmException.Kind.STALE_SESSION);
      assertThat(log.status("w1")).isEqualTo(WorkerStatus.DOWN);
    }

    @Test
    void whenOneOfThemRestarts_thenItIsInAtOnce() {
      assertThat(dial(CLONE + 1, 1)).isEmpty();
      assertRefused(dial(CLONE, 2), SwarmException.Kind.CONFLICT);
      assertRefused(dial(Log.BOOT, 2), SwarmException.Kind.CONFLICT);
    }

    @Test
    void whenManyProcessesHaveComeAndGone_thenTheNewestAreRemembered() {
      for (int i = 1; i <= 20; i++) assertThat(dial(CLONE + i, 1)).isEmpty();
      List<FormerAgent> former = log.worker("w1").formerAgents();
      assertThat(former).hasSize(Worker.MAX_FORMER_AGENTS);
      assertThat(former.get(Worker.MAX_FORMER_AGENTS - 1))
          .isEqualTo(new FormerAgent(CLONE + 19, 1));
      assertThat(log.state().records().toState()).isEqualTo(log.state());
    }
  }

  @Test
  void givenACapOfBeats_whenTheLeaderFindsAPace_thenItCountsForTheseSettingsAndThisEpochOnly() {
    var capped = new HeartbeatSettings(5_000, 10, 3, 6, 100, 0);
    log.apply(new Command.ChangeSettings(Settings.DEFAULT.with(capped), 0));
    long version = log.state().settings().version();
    assertRefused(
        log.apply(new Command.SetPace(9, version, 8_000)), SwarmException.Kind.NOT_LEADER);
    assertThat(log.apply(new Command.SetPace(1, version, 8_000))).isEmpty();
    assertThat(log.state().settings().heartbeat().effectiveMillis()).isEqualTo(8_000);
    assertThat(log.state().settings().heartbeat().ttlMillis()).isEqualTo(24_000);
    assertThat(log.state().settings().graceMillis()).isEqualTo(48_000);
    assertRefused(log.apply(new Command.SetPace(1, version, 9_000)), SwarmException.Kind.CONFLICT);

    var slower = new HeartbeatSettings(6_000, 10, 3, 6, 100, 0);
    log.apply(new Command.ChangeSettings(Settings.DEFAULT.with(slower), 0));
    assertThat(log.state().settings().heartbeat().effectiveMillis()).as("goes on").isEqualTo(8_000);
    var uncapped = new HeartbeatSettings(6_000, 10, 3, 6);
    log.apply(new Command.ChangeSettings(Settings.DEFAULT.with(uncapped), 0));
    assertThat(log.state().settings().heartbeat().effectiveMillis()).isEqualTo(6_000);
  }

  @Nested
  class GivenANewerSession {
    private final SessionRef old = log.open("w1", Log.BOOT, 1);
    private final SessionRef current = log.open("w1", Log.BOOT, 2);

    @Test
    void whenTheOlderOneIsJudgedOrLeaves_thenNothingHappens() {
      for (Judgement.Verdict verdict : Judgement.Verdict.values()) {
        assertRefused(log.judge(old, 1, verdict), SwarmException.Kind.STALE_SESSION);
      }
      assertThat(log.status("w1")).isEqualTo(WorkerStatus.UP);
      assertThat(log.ref("w1")).isEqualTo(current);
    }

    @Test
    void whenItLeaves_thenItIsDown() {
      assertThat(log.judge(current, 1, LEFT)).isEmpty();
      assertThat(log.status("w1")).isEqualTo(WorkerStatus.DOWN);
    }
  }

  @Nested
  class GivenAChangeOfLeader {
    private final SessionRef session = log.up("w1");

    GivenAChangeOfLeader() {
      log.newLeader(2);
    }

    @Test
    void thenWhoWasUpIsUnknownAndTheEntryTouchedNoWorker() {
      assertThat(log.status("w1")).isEqualTo(WorkerStatus.UNKNOWN);
      assertThat(log.changes()).hasSize(1);
      assertThat(log.state().workerCounts()).isEqualTo(new WorkerCounts(0, 1, 0));
    }

    @Test
    void whenTheNewLeaderConfirms_thenItIsUpInTheSameSession() {
      log.judge(session, 2, UP);
      assertThat(log.status("w1")).isEqualTo(WorkerStatus.UP);
      assertThat(log.ref("w1")).isEqualTo(session);
    }

    @Test
    void whenTheDeposedLeaderJudges_thenNothingHappens() {
      assertRefused(log.judge(session, 1, DOWN), SwarmException.Kind.NOT_LEADER);
      assertRefused(log.judge(session, 1, UP), SwarmException.Kind.NOT_LEADER);
      assertThat(log.status("w1")).isEqualTo(WorkerStatus.UNKNOWN);
    }

    @Test
    void whenTheOldLeaderIsElectedAgain_thenItsOldThoughtIsStillWithoutEffect() {
      log.apply(new Command.BeginEpoch(3, "m1", 6_000));
      assertRefused(log.judge(session, 1, DOWN), SwarmException.Kind.NOT_LEADER);
      assertThat(log.status("w1")).isEqualTo(WorkerStatus.UNKNOWN);
    }

    @Test
    void whenABeginningOfAnOlderTermComesLate_thenItIsRefused() {
      assertRefused(
          log.apply(new Command.BeginEpoch(2, "m3", 6_000)), SwarmException.Kind.CONFLICT);
      assertRefused(
          log.apply(new Command.BeginEpoch(1, "m3", 6_000)), SwarmException.Kind.CONFLICT);
      assertThat(log.state().epoch().leader()).isEqualTo("m2");
    }

    @Test
    void whenItIsDownAndConfirmedLate_thenItStaysDown() {
      log.judge(session, 2, DOWN);
      assertRefused(log.judge(session, 2, UP), SwarmException.Kind.STALE_SESSION);
      assertThat(log.status("w1")).isEqualTo(WorkerStatus.DOWN);
    }
  }

  @Test
  void givenSettings_whenChangedFromAnOldVersion_thenItIsAConflict() {
    var faster = new Settings(new HeartbeatSettings(2_000, 10, 3, 6), BatchSettings.DEFAULT, 0);
    assertThat(log.apply(new Command.ChangeSettings(faster, 1))).isEmpty();
    assertThat(log.state().settings()).isEqualTo(faster.withVersion(2).promising(5_000));
    assertRefused(
        log.apply(new Command.ChangeSettings(Settings.DEFAULT, 1)), SwarmException.Kind.CONFLICT);
    assertThat(log.state().settings().heartbeat().periodMillis()).isEqualTo(2_000);
    assertThat(log.apply(new Command.ChangeSettings(Settings.DEFAULT, 0))).isEmpty();
    assertThat(log.state().settings()).isEqualTo(Settings.DEFAULT.withVersion(3));
  }

  private void agree(int periodMillis) {
    var heartbeat = new HeartbeatSettings(periodMillis, 10, 3, 6);
    assertThat(log.apply(new Command.ChangeSettings(Settings.DEFAULT.with(heartbeat), 0)))
        .isEmpty();
  }

  private int promised() {
    return log.state().settings().promisedMillis();
  }

  @Test
  void givenAShorterPeriod_whenAgreed_thenTheLongestPromiseStaysUntilItIsForgotten() {
    agree(60_000);
    assertThat(promised()).as("a longer one needs none").isZero();
    agree(2_000);
    agree(1_000);
    agree(3_000);
    assertThat(promised()).isEqualTo(60_000);
    long version = log.state().settings().version();
    assertRefused(log.apply(new Command.ForgetPromise(9, version)), SwarmException.Kind.NOT_LEADER);
    assertRefused(
        log.apply(new Command.ForgetPromise(1, version - 1)), SwarmException.Kind.CONFLICT);
    assertThat(log.state().records().toState()).isEqualTo(log.state());
    assertThat(promised()).isEqualTo(60_000);
    assertThat(log.apply(new Command.ForgetPromise(1, version))).isEmpty();
    assertThat(promised()).isZero();
    assertThat(log.state().settings().version()).isEqualTo(version);
  }

  @Test
  void givenTheSameSettingsAgain_whenAgreed_thenVersionAndPromiseStay() {
    agree(2_000);
    Settings before = log.state().settings();
    agree(2_000);
    assertThat(log.state().settings()).isEqualTo(before);
    assertThat(promised()).isEqualTo(5_000);
  }

  @Test
  void givenAnEntryOfTheFirstRules_whenItShortensThePeriod_thenNothingIsPromised() {
    var faster = Settings.DEFAULT.with(new HeartbeatSettings(2_000, 10, 3, 6));
    Log first = Log.begun(Rules.FIRST);
    first.apply(new Command.ChangeSettings(faster, 0));
    assertThat(first.state().settings()).isEqualTo(faster.withVersion(2));
  }

  @Test
  void givenACluster_whenBegunAgain_thenItKeepsItsIncarnation() {
    assertRefused(
        log.apply(
            new Command.BeginCluster(new ClusterInfo("demo", 43), Settings.DEFAULT, List.of())),
        SwarmException.Kind.CONFLICT);
    assertThat(log.state().cluster().incarnation()).isEqualTo(42);
  }
}
