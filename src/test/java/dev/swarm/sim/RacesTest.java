package dev.swarm.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.swarm.bus.Messages.SessionBeat;
import dev.swarm.dispatch.SimHellos;
import dev.swarm.model.Command;
import dev.swarm.model.Judgement;
import dev.swarm.model.Judgement.Verdict;
import dev.swarm.model.Refusal;
import dev.swarm.model.SessionOpen;
import dev.swarm.model.SessionRef;
import dev.swarm.model.SwarmException;
import dev.swarm.model.Worker;
import dev.swarm.model.WorkerCounts;
import dev.swarm.model.WorkerStatus;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages that cross one another, each forced to happen. */
class RacesTest {
  private static final String SEED = "seed {0}";

  private static Worker committed(Fleet fleet, SimWorker worker) {
    return fleet.log.state().workers().get(worker.id);
  }

  private static WorkerStatus status(Fleet fleet, SimWorker worker) {
    return fleet.log.state().statusOf(committed(fleet, worker));
  }

  private static SessionBeat beat(SessionRef session) {
    return new SessionBeat(session, 1, 0, 5_000, 1);
  }

  private static List<Refusal> judge(Fleet fleet, SessionRef session, long epoch, Verdict verdict) {
    return fleet
        .log
        .write(
            new Command.SetStatus(
                List.of(new Judgement(session, epoch, verdict, "test")), fleet.time.nowMillis()))
        .refused();
  }

  private static SessionOpen wish(SimWorker worker, long boot, long dial) {
    return new SessionOpen(worker.id, boot, dial, "m9", 1, "", Map.of(), 10);
  }

  @ParameterizedTest(name = SEED)
  @ValueSource(longs = {1, 2})
  void givenAnswersToOpensAreLost_whenTheyCommitAllTheSame_thenEachWorkerHasOneSession(long seed) {
    Fleet fleet = new Fleet(seed, 3, 50);
    fleet.log.loseAnswer = command -> command instanceof Command.OpenSessions;
    fleet.time.pass(20_000);
    assertThat(fleet.log.state().workerCounts()).isEqualTo(new WorkerCounts(50, 0, 0));
    assertThat(fleet.log.state().nextSession()).isEqualTo(51);
    assertThat(fleet.workers).allMatch(w -> w.session().equals(committed(fleet, w).ref()));
  }

  @ParameterizedTest(name = SEED)
  @ValueSource(longs = {1, 2})
  void givenAParkedHello_whenItComesAfterAYoungerDial_thenTheYoungerSessionStays(long seed) {
    Fleet fleet = new Fleet(seed, 3, 30).settled();
    SimWorker worker = fleet.workers.get(0);
    worker.dial();
    fleet.time.pass(2_000);
    SessionRef young = worker.session();
    fleet.leader.open(wish(worker, worker.boot, 1));
    fleet.time.pass(30_000);
    assertThat(committed(fleet, worker).ref()).isEqualTo(young);
    assertThat(fleet.downs).isEmpty();
  }

  @ParameterizedTest(name = SEED)
  @ValueSource(longs = {1, 2})
  void givenAHelloParkedWithoutALeader_whenItIsAskedForLate_thenItNeitherGetsNorTakesASession(
      long seed) {
    Fleet fleet = new Fleet(seed, 3, 30).settled();
    SimWorker worker = fleet.workers.get(0);
    SimHellos late = new SimHellos("m9", 1);
    fleet.changeLeader();
    late.park(wish(worker, worker.boot, worker.dial + 1), fleet.time.now());
    assertThat(late.ask()).hasSize(1);
    late.unanswered(); // there is no leader
    worker.dial++; // the Hello that is parked
    worker.dial(); // tired of waiting, to another manager
    while (fleet.leader == null || !fleet.leader.ready()) fleet.time.pass(1);
    while (worker.session() == null) fleet.time.pass(1);
    SessionRef young = worker.session();

    List<SessionOpen> asked = late.ask();
    assertThat(asked).hasSize(1);
    fleet.leader.open(asked.get(0));
    fleet.time.pass(100);
    assertThat(committed(fleet, worker).ref()).isEqualTo(young);
    assertThat(late.granted(committed(fleet, worker))).isFalse();
    fleet.time.pass(2_500);
    assertThat(late.sendAway(fleet.time.now(), fleet.log.state()))
        .as("who still waits is sent away")
        .isEqualTo(1);
    late.unanswered();
    assertThat(late.ask()).as("asked for after that").isEmpty();
    fleet.time.pass(30_000);
    assertThat(worker.session()).isEqualTo(young);
    assertThat(fleet.downs).isEmpty();
  }

  @ParameterizedTest(name = SEED)
  @ValueSource(longs = {1, 2})
  void givenABeatOfAnOlderSession_thenItIsRefusedAndConfirmsNothing(long seed) {
    Fleet fleet = new Fleet(seed, 3, 30).settled();
    SimWorker worker = fleet.workers.get(0);
    SessionRef old = worker.session();
    worker.dial();
    fleet.time.pass(2_000);
    worker.kill();
    for (int i = 0; i < 20; i++) {
      assertThat(fleet.leader.beats(List.of(beat(old)))).containsExactly(old);
      fleet.time.pass(1_000);
    }
    assertThat(fleet.downs).hasSize(1);
    assertThat(fleet.downs.get(0).silentMillis()).isBetween(15_000.0, 16_000.0);
  }

  @ParameterizedTest(name = SEED)
  @ValueSource(longs = {1, 2})
  void givenARosterBesideANewSessionElsewhere_thenOnlyTheCommittedOneIsConfirmed(long seed) {
    Fleet fleet = new Fleet(seed, 3, 30).settled();
    SimWorker worker = fleet.workers.get(0);
    SessionRef old = worker.session();
    fleet.changeLeader();
    while (fleet.leader == null || !fleet.leader.ready()) fleet.time.pass(1);
    fleet.leader.open(wish(worker, worker.boot, 7)); // on its way into the log
    fleet.time.pass(3);
    assertThat(fleet.leader.beats(List.of(beat(old)))).isEmpty(); // still the committed one
    fleet.time.pass(30);
    SessionRef current = committed(fleet, worker).ref();
    assertThat(current).isNotEqualTo(old);
    assertThat(status(fleet, worker)).isEqualTo(WorkerStatus.UP);
    assertThat(fleet.leader.beats(List.of(beat(old), beat(current)))).containsExactly(old);
  }

  @ParameterizedTest(name = SEED)
  @ValueSource(longs = {1, 2})
  void givenAGoodbyeOrADownOfAnOlderSession_thenTheNewerStaysUp(long seed) {
    Fleet fleet = new Fleet(seed, 3, 30).settled();
    SimWorker worker = fleet.workers.get(0);
    SessionRef old = worker.session();
    worker.dial();
    fleet.time.pass(2_000);
    long epoch = fleet.log.state().epoch().number();
    for (Verdict verdict : List.of(Verdict.LEFT, Verdict.DOWN)) {
      assertThat(judge(fleet, old, epoch, verdict))
          .extracting(Refusal::kind)
          .containsExactly(SwarmException.Kind.STALE_SESSION);
    }
    assertThat(status(fleet, worker)).isEqualTo(WorkerStatus.UP);
  }

  @ParameterizedTest(name = SEED)
  @ValueSource(longs = {1, 2})
  void givenADeposedLeadersQueuedJudgement_whenItCommitsInTheNextReign_thenItHasNoEffect(
      long seed) {
    Fleet fleet = new Fleet(seed, 3, 30).settled();
    SimWorker quiet = fleet.workers.get(0);
    fleet.log.stuck = command -> command instanceof Command.SetStatus;
    quiet.stop(17_000);
    fleet.time.pass(16_500);
    assertThat(fleet.leader.verdicts()).isNotEmpty();
    fleet.log.stuck = command -> false;
    fleet.changeLeader();
    fleet.time.pass(8_000);
    assertThat(status(fleet, quiet)).isEqualTo(WorkerStatus.UP);
    fleet.log.commitTail();
    assertThat(status(fleet, quiet)).isEqualTo(WorkerStatus.UP);
    fleet.time.pass(60_000);
    assertThat(fleet.downs).isEmpty();
  }

  @ParameterizedTest(name = SEED)
  @ValueSource(longs = {1, 2})
  void givenAVerdictWhoseTailIsLost_thenTheNextLeaderReachesItsOwn(long seed) {
    Fleet fleet = new Fleet(seed, 3, 30).settled();
    SimWorker dead = fleet.workers.get(0);
    fleet.log.stuck = command -> command instanceof Command.SetStatus;
    dead.kill();
    fleet.time.pass(16_500);
    fleet.log.stuck = command -> false;
    fleet.log.loseTail();
    fleet.changeLeader();
    fleet.time.pass(40_000);
    assertThat(fleet.downs).extracting(Fleet.Down::worker).containsExactly(dead.id);
  }

  @ParameterizedTest(name = SEED)
  @ValueSource(longs = {1, 2})
  void givenAVerdictThatCouldNotBeCommitted_thenItIsSaidAgainAndNotForEverySecond(long seed) {
    Fleet fleet = new Fleet(seed, 3, 30).settled();
    SimWorker dead = fleet.workers.get(0);
    int[] attempts = {0};
    fleet.log.stuck = command -> command instanceof Command.SetStatus && attempts[0]++ < 3;
    dead.kill();
    fleet.time.pass(30_000);
    assertThat(fleet.downs).extracting(Fleet.Down::worker).containsExactly(dead.id);
    assertThat(attempts[0]).isEqualTo(4);
  }

  @ParameterizedTest(name = SEED)
  @ValueSource(longs = {1, 2})
  void givenTwoBelievers_thenTheOlderConfirmsNothingAndItsVerdictsDoNotCount(long seed) {
    Fleet fleet = new Fleet(seed, 3, 30).settled();
    SimLeader deposed = fleet.leader;
    fleet.elect(); // the older one does not know yet
    fleet.time.pass(1);
    SimWorker worker = fleet.workers.get(0);
    assertThat(deposed.beats(List.of(beat(worker.session())))).isNull();
    fleet.time.pass(60_000);
    assertThat(deposed.verdicts()).isEmpty();
    assertThat(fleet.downs).isEmpty();
    assertThat(fleet.log.state().workerCounts().up()).isEqualTo(30);
  }

  @ParameterizedTest(name = SEED)
  @ValueSource(longs = {1, 2})
  void givenALeaderElectedAgain_thenWhatItThoughtInItsFirstReignIsWithoutEffect(long seed) {
    Fleet fleet = new Fleet(seed, 3, 30).settled();
    long first = fleet.log.state().epoch().number();
    fleet.changeLeader();
    fleet.time.pass(5_000);
    fleet.changeLeader();
    fleet.time.pass(5_000);
    SimWorker worker = fleet.workers.get(0);
    for (Verdict verdict : Verdict.values()) {
      assertThat(judge(fleet, worker.session(), first, verdict))
          .extracting(Refusal::kind)
          .containsExactly(SwarmException.Kind.NOT_LEADER);
    }
    assertThat(status(fleet, worker)).isEqualTo(WorkerStatus.UP);
  }

  @ParameterizedTest(name = SEED)
  @ValueSource(longs = {1, 2})
  void givenABeatAfterTheVerdict_thenItIsRefusedWhileTheVerdictIsOnItsWay(long seed) {
    Fleet fleet = new Fleet(seed, 3, 30).settled();
    SimWorker worker = fleet.workers.get(0);
    SessionRef session = worker.session();
    fleet.log.commitMillis = 200;
    worker.stop(40_000);
    while (fleet.leader.verdicts().isEmpty()) fleet.time.pass(10);
    assertThat(fleet.downs).isEmpty();
    assertThat(fleet.leader.beats(List.of(beat(session)))).containsExactly(session);
    fleet.time.pass(300);
    assertThat(fleet.downs).hasSize(1);
  }
}
