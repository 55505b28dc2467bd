package dev.swarm.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.swarm.model.BatchSettings;
import dev.swarm.model.Bytes;
import dev.swarm.model.Command;
import dev.swarm.model.HeartbeatSettings;
import dev.swarm.model.Settings;
import dev.swarm.model.TaskId;
import dev.swarm.model.TaskSpec;
import dev.swarm.model.WorkerCounts;
import dev.swarm.presence.MassLossBrake;
import dev.swarm.presence.PresenceTable;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What users see of presence, with many workers, on virtual time. */
class FleetTest {
  private static final String SEED = "seed {0}";

  private static void assertNobodyDown(Fleet fleet) {
    assertThat(fleet.downs).isEmpty();
    assertThat(fleet.log.state().workerCounts())
        .isEqualTo(new WorkerCounts(fleet.workers.size(), 0, 0));
  }

  @ParameterizedTest(name = SEED)
  @ValueSource(longs = {1, 2, 3})
  void givenADeadWorker_thenItIsDownBetweenTtlAndOneSecondLater(long seed) {
    Fleet fleet = new Fleet(seed, 3, 100).settled();
    List<SimWorker> dead = fleet.workers.subList(0, 30);
    for (SimWorker worker : dead) fleet.time.in(fleet.random.nextInt(20_000), worker::kill);
    fleet.time.pass(60_000);
    assertThat(fleet.downs).hasSize(30);
    for (Fleet.Down down : fleet.downs) {
      assertThat(down.alive()).isFalse();
      assertThat(down.reason()).isEqualTo(PresenceTable.NO_HEARTBEAT);
      assertThat(down.silentMillis()).isBetween(15_000.0, 16_000.0);
    }
  }

  @ParameterizedTest(name = SEED)
  @ValueSource(longs = {1, 2, 3})
  void givenAWorkerStoppedForLessThanTtlMinusAPeriod_thenItIsNeverDown(long seed) {
    Fleet fleet = new Fleet(seed, 3, 60).settled();
    for (SimWorker worker : fleet.workers.subList(0, 25)) {
      fleet.time.in(fleet.random.nextInt(20_000), () -> worker.stop(15_000 - 5_500 - 200));
    }
    fleet.time.pass(60_000);
    assertNobodyDown(fleet);
  }

  @ParameterizedTest(name = SEED)
  @ValueSource(longs = {1, 2, 3})
  void givenAWorkerStoppedForLonger_thenItIsDownAndComesBackWithANewSession(long seed) {
    Fleet fleet = new Fleet(seed, 3, 60).settled();
    SimWorker stopped = fleet.workers.get(0);
    var before = stopped.session();
    stopped.stop(25_000);
    fleet.time.pass(40_000);
    assertThat(fleet.downs).hasSize(1);
    assertThat(stopped.session().number()).isGreaterThan(before.number());
    assertThat(fleet.log.state().workerCounts().up()).isEqualTo(60);
  }

  @ParameterizedTest(name = SEED)
  @ValueSource(longs = {1, 2, 3})
  void givenALeaderThatDies_thenTheOthersWorkersKeepTheirSessionsAndNobodyIsDown(long seed) {
    Fleet fleet = new Fleet(seed, 3, 300).settled();
    List<SimWorker> elsewhere =
        fleet.workers.stream().filter(w -> w.manager() != fleet.managers.get(0)).toList();
    var sessions = elsewhere.stream().map(SimWorker::session).toList();
    fleet.killLeadingManager();
    fleet.time.pass(6_000);
    assertNobodyDown(fleet);
    fleet.time.pass(60_000);
    assertNobodyDown(fleet);
    assertThat(elsewhere.stream().map(SimWorker::session).toList()).isEqualTo(sessions);
    assertThat(fleet.workers).allMatch(worker -> worker.dials <= 8);
  }

  @ParameterizedTest(name = SEED)
  @ValueSource(longs = {1, 2, 3})
  void givenAWorkerThatDiesWithTheLeader_thenItIsDownAtTheEndOfTheGrace(long seed) {
    Fleet fleet = new Fleet(seed, 3, 100).settled();
    List<SimWorker> led =
        fleet.workers.stream().filter(w -> w.manager() == fleet.managers.get(0)).toList();
    for (SimWorker worker : led.subList(0, 10)) worker.kill();
    fleet.killLeadingManager();
    fleet.time.pass(3_000);
    long began = fleet.log.state().epoch().sinceMillis();
    fleet.time.pass(60_000);
    assertThat(fleet.downs).hasSize(10);
    for (Fleet.Down down : fleet.downs) {
      assertThat(down.alive()).isFalse();
      assertThat(down.reason()).isEqualTo(PresenceTable.NOT_BACK);
      assertThat(down.atMillis() - began).isBetween(30_000L, 31_000L);
    }
    assertThat(fleet.log.state().workerCounts()).isEqualTo(new WorkerCounts(90, 0, 10));
  }

  @ParameterizedTest(name = SEED)
  @ValueSource(longs = {1, 2, 3})
  void givenALeaderThatStandsStillForTwentySeconds_thenNobodyIsDown(long seed) {
    Fleet fleet = new Fleet(seed, 3, 100).settled();
    fleet.leader.stop(20_000);
    fleet.time.pass(20_010);
    assertThat(fleet.leader.verdicts()).isEmpty();
    fleet.time.pass(60_000);
    assertThat(fleet.leader.reign().leftOutNanos() / 1e9).isCloseTo(20, within(0.6));
    assertNobodyDown(fleet);
  }

  @ParameterizedTest(name = SEED)
  @ValueSource(longs = {1, 2, 3})
  void givenALeaderWithoutAMajority_thenNothingIsConfirmedAndNobodyJudged(long seed) {
    Fleet fleet = new Fleet(seed, 3, 100).settled();
    SimWorker dead = fleet.workers.get(0);
    dead.kill();
    fleet.log.majority = false;
    long index = fleet.log.state().index();
    fleet.time.pass(40_000);
    assertThat(fleet.log.state().index()).isEqualTo(index);
    assertThat(fleet.leader.verdicts()).isEmpty();
    fleet.log.majority = true;
    fleet.time.pass(20_000);
    assertThat(fleet.downs).extracting(Fleet.Down::worker).containsExactly(dead.id);
    assertThat(fleet.log.state().workerCounts().up()).isEqualTo(99);
  }

  @ParameterizedTest(name = SEED)
  @ValueSource(longs = {1, 2, 3})
  void givenMostWorkersLostTogether_thenTheVerdictComesOneTtlLater(long seed) {
    Fleet fleet = new Fleet(seed, 3, 100).settled();
    for (SimWorker worker : fleet.workers.subList(0, 60)) worker.kill();
    fleet.time.pass(24_000);
    assertThat(fleet.downs).isEmpty();
    assertThat(fleet.leader.reign().holds(fleet.time.now())).isTrue();
    fleet.time.pass(20_000);
    assertThat(fleet.downs).hasSize(60).noneMatch(Fleet.Down::alive);
    assertThat(fleet.downs).allMatch(down -> down.silentMillis() <= 31_000);
  }

  @ParameterizedTest(name = SEED)
  @ValueSource(longs = {1, 2, 3})
  void givenMostWorkersSilentForAWhile_whenTheyAreBackInTime_thenNobodyIsDown(long seed) {
    Fleet fleet = new Fleet(seed, 3, 100).settled();
    fleet.managers.get(0).cut = true;
    fleet.managers.get(1).cut = true;
    fleet.time.pass(18_000);
    assertThat(fleet.leader.reign().holds(fleet.time.now())).isTrue();
    fleet.managers.forEach(manager -> manager.cut = false);
    fleet.time.pass(60_000);
    assertNobodyDown(fleet);
  }

  @ParameterizedTest(name = SEED)
  @ValueSource(longs = {1, 2, 3})
  void givenAFewWorkersLost_thenTheBrakeIsNotPulled(long seed) {
    Fleet fleet = new Fleet(seed, 1, 15).settled();
    for (SimWorker worker : fleet.workers.subList(0, 14)) worker.kill();
    fleet.time.pass(16_000);
    assertThat(fleet.downs).hasSize(14);
  }

  @ParameterizedTest(name = SEED)
  @ValueSource(longs = {1, 2, 3})
  void givenAFasterPeriod_whenAgreed_thenNobodyWhoWasPromisedTheSlowerOneIsDown(long seed) {
    Fleet fleet = new Fleet(seed, 3, 100).settled();
    fleet.log.write(
        new Command.ChangeSettings(
            new Settings(new HeartbeatSettings(500, 10, 3, 6), BatchSettings.DEFAULT, 0), 0));
    fleet.time.pass(30_000);
    assertNobodyDown(fleet);
    fleet.workers.get(0).kill();
    fleet.time.pass(10_000);
    assertThat(fleet.downs).hasSize(1);
    assertThat(fleet.downs.get(0).silentMillis()).isBetween(1_500.0, 2_500.0);
  }

  @ParameterizedTest(name = SEED)
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void givenAFasterPeriod_whenTheLeaderIsLostBeforeAllHeardOfIt_thenNobodyIsDown(long seed) {
    Fleet fleet = new Fleet(seed, 3, 100, MassLossBrake.Threshold.OFF).settled();
    agree(fleet, 40_000);
    fleet.time.pass(60_000);
    agree(fleet, 2_000);
    fleet.time.pass(1_000);
    agree(fleet, 1_000);
    fleet.time.pass(1_000);
    fleet.blackHoleLeadingManager();
    assertThat(fleet.log.state().settings().promisedMillis()).isEqualTo(40_000);
    fleet.time.pass(90_000);
    assertNobodyDown(fleet);
    assertThat(fleet.log.state().settings().promisedMillis()).as("all know").isZero();

    // Who is lost now is missed for no longer than the new period allows.
    fleet.workers.get(0).kill();
    fleet.changeLeader();
    fleet.time.pass(9_000);
    assertThat(fleet.downs).hasSize(1);
  }

  private static void agree(Fleet fleet, int periodMillis) {
    HeartbeatSettings next = new HeartbeatSettings(periodMillis, 10, 3, 6);
    fleet.log.write(new Command.ChangeSettings(Settings.DEFAULT.with(next), 0));
  }

  @ParameterizedTest(name = SEED)
  @ValueSource(longs = {1, 2, 3})
  void givenAPaceThatGrowsAndShrinks_alsoAcrossAChangeOfLeader_thenNobodyWhoBeatsAsToldIsDown(
      long seed) {
    Fleet fleet = new Fleet(seed, 3, 300).settled();
    HeartbeatSettings capped = new HeartbeatSettings(2_000, 10, 3, 6, 50, 0);
    fleet.log.write(new Command.ChangeSettings(Settings.DEFAULT.with(capped), 0));
    int[] paces = {6_600, 20_000, 40_000, 20_000, 10_000, 5_000, 0};
    for (int pace : paces) {
      fleet.time.pass(7_000);
      fleet.log.write(
          new Command.SetPace(
              fleet.log.state().epoch().number(), fleet.log.state().settings().version(), pace));
      assertThat(fleet.periodMillis()).isEqualTo(Math.max(2_000, pace));
      if (pace == 20_000) fleet.changeLeader();
    }
    fleet.time.pass(60_000);
    assertNobodyDown(fleet);
    fleet.workers.get(0).kill();
    fleet.time.pass(10_000);
    assertThat(fleet.downs).hasSize(1);
    assertThat(fleet.downs.get(0).silentMillis()).isBetween(6_000.0, 7_100.0);
  }

  @ParameterizedTest(name = SEED)
  @ValueSource(longs = {1, 2, 3})
  void givenTasksOfADeadWorker_thenTheyMoveToTheLeastLoaded(long seed) {
    Fleet fleet = new Fleet(seed, 3, 10).settled();
    fleet.log.write(new Command.SubmitTasks(IntStream.range(0, 100).mapToObj(this::task).toList()));
    fleet.time.pass(1_000);
    assertThat(fleet.workers).allMatch(worker -> fleet.log.state().tasksOf(worker.id) == 10);
    fleet.workers.get(0).kill();
    fleet.time.pass(25_000);
    assertThat(fleet.log.state().pending()).isEmpty();
    assertThat(fleet.workers.subList(1, 10))
        .allMatch(worker -> fleet.log.state().tasksOf(worker.id) >= 11);
  }

  private TaskSpec task(int i) {
    return new TaskSpec(new TaskId("t" + i), "k" + i, "n", "discard", Bytes.EMPTY, null, 3, 1_000);
  }

  @ParameterizedTest(name = SEED)
  @ValueSource(longs = {1})
  void givenTenThousandWorkers_whenLeadersChangeForTenMinutes_thenNobodyIsFalselyDown(long seed) {
    int size = 10_000;
    Fleet fleet = new Fleet(seed, 3, size);
    fleet.time.pass(10_000);
    assertThat(fleet.log.state().workerCounts().up()).isEqualTo(size);
    int written = fleet.log.entries();
    fleet.time.pass(30_000);
    assertThat(fleet.log.entries()).isEqualTo(written); // 60,000 beats
    for (int change = 0; change < 9; change++) {
      int judgements = fleet.log.entries(Command.SetStatus.class);
      int epochs = fleet.log.entries(Command.BeginEpoch.class);
      fleet.changeLeader();
      fleet.time.pass(63_000);
      assertThat(fleet.log.entries(Command.BeginEpoch.class)).isEqualTo(epochs + 1);
      assertThat(fleet.log.entries(Command.SetStatus.class) - judgements).isBetween(1, 40);
      assertThat(fleet.log.state().workerCounts().up()).isEqualTo(size);
    }
    assertThat(fleet.downs).isEmpty();
    assertThat(fleet.workers).allMatch(worker -> worker.losses == 0 && worker.dials == 1);
  }
}
