package dev.swarm.presence;

import static dev.swarm.sim.FakeConsensus.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.swarm.bus.BusMessage;
import dev.swarm.bus.Endpoint;
import dev.swarm.bus.Endpoints;
import dev.swarm.bus.EventKind;
import dev.swarm.bus.Messages.Beats;
import dev.swarm.bus.Messages.BeatsTaken;
import dev.swarm.bus.Messages.Goodbye;
import dev.swarm.bus.Messages.Goodbyes;
import dev.swarm.bus.Messages.Happened;
import dev.swarm.bus.Messages.Opens;
import dev.swarm.bus.Messages.Reports;
import dev.swarm.bus.Messages.Roster;
import dev.swarm.bus.Messages.SessionBeat;
import dev.swarm.bus.Messages.Write;
import dev.swarm.bus.SwarmBus;
import dev.swarm.bus.Topics;
import dev.swarm.model.BatchSettings;
import dev.swarm.model.Bytes;
import dev.swarm.model.Command;
import dev.swarm.model.HeartbeatSettings;
import dev.swarm.model.Refusal;
import dev.swarm.model.Report;
import dev.swarm.model.SessionOpen;
import dev.swarm.model.SessionRef;
import dev.swarm.model.Settings;
import dev.swarm.model.SwarmException;
import dev.swarm.model.TaskId;
import dev.swarm.model.TaskSpec;
import dev.swarm.model.TaskStatus;
import dev.swarm.model.TimeSource;
import dev.swarm.model.WorkerId;
import dev.swarm.model.WorkerStatus;
import dev.swarm.sim.FakeConsensus;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The leader's addresses, with a consensus that commits at once. */
class PresenceVerticleTest {
  private static final int PERIOD = 200;
  private static final long WALL = 5_000_000;
  private static final Settings QUICK =
      new Settings(new HeartbeatSettings(PERIOD, 10, 3, 6), BatchSettings.DEFAULT, 0);

  private final Vertx vertx = Vertx.vertx();
  private final SwarmBus bus = new SwarmBus(vertx, "m1");
  private final FakeConsensus consensus = new FakeConsensus(bus, QUICK);
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final TimeSource time = new TimeSource(System::nanoTime, () -> WALL);
  private String deployment;

  @BeforeEach
  void serve() {
    get(consensus.serve());
  }

  @AfterEach
  void close() {
    get(vertx.close());
  }

  private void deploy() {
    long epoch = consensus.state().epoch().number();
    deployment = get(vertx.deployVerticle(new PresenceVerticle("m1", epoch, bus, time, meters)));
  }

  private <Q extends BusMessage, R extends BusMessage> R ask(Endpoint<Q, R> endpoint, Q question) {
    return get(bus.request(endpoint, question));
  }

  private <Q extends BusMessage, R extends BusMessage> SwarmException.Kind refusal(
      Endpoint<Q, R> endpoint, Q question) {
    return get(
        bus.request(endpoint, question)
            .map(answer -> (SwarmException.Kind) null)
            .otherwise(failure -> ((SwarmException) failure).kind()));
  }

  private WorkerStatus status(String worker) {
    return consensus.state().statusOf(consensus.state().workers().get(new WorkerId(worker)));
  }

  private SessionBeat beat(SessionRef session) {
    return new SessionBeat(session, 1, 0, PERIOD, consensus.state().settings().version());
  }

  private Beats beats(SessionRef... sessions) {
    return new Beats(List.of(sessions).stream().map(this::beat).toList(), false);
  }

  @Test
  void givenAnOpen_thenItIsInTheLogAndTheAnswerListsRefusals() {
    deploy();
    var answer = ask(Endpoints.OPEN, new Opens(List.of(FakeConsensus.wish("w1")), false));
    assertThat(answer.outcome().refused()).isEmpty();
    assertThat(status("w1")).isEqualTo(WorkerStatus.UP);
  }

  @Test
  void givenAnotherProcessOfAWorker_thenItsSessionCountsAsATakeoverUnlessTheFormerWasDown() {
    deploy();
    open("w1", 1, 1);
    open("w1", 1, 2); // the same process dials again
    open("w1", 2, 1);
    open("w2", 1, 1);
    SessionRef ended = consensus.state().workers().get(new WorkerId("w2")).ref();
    ask(Endpoints.GOODBYE, new Goodbyes(List.of(new Goodbye(ended, "")), false));
    open("w2", 2, 1);
    open("w1", 3, 1);

    await().until(() -> meters.get("swarm.session.takeovers").counter().count() == 2);
  }

  private void open(String worker, long boot, long dial) {
    SessionOpen wish = new SessionOpen(new WorkerId(worker), boot, dial, "m1", 1, "", Map.of(), 10);
    assertThat(ask(Endpoints.OPEN, new Opens(List.of(wish), false)).outcome().refused()).isEmpty();
  }

  @Test
  void givenMoreWorkersThanTheCapAllows_thenALongerPeriodIsAgreed_andNotWithoutACap() {
    for (int i = 0; i < 40; i++) consensus.open("w" + i);
    deploy();
    Settings capped =
        consensus.state().settings().with(new HeartbeatSettings(PERIOD, 10, 3, 6, 50, 0));
    consensus.write(new Command.ChangeSettings(capped, 0));
    await().until(() -> consensus.state().settings().heartbeat().effectiveMillis() == 900);
    assertThat(consensus.state().settings().heartbeat().ttlMillis()).isEqualTo(2_700);
    Settings off = capped.with(new HeartbeatSettings(PERIOD, 10, 3, 6));
    consensus.write(new Command.ChangeSettings(off, 0));
    assertThat(consensus.state().settings().heartbeat().effectiveMillis()).isEqualTo(PERIOD);
  }

  @Test
  void givenAShorterPeriod_whenAllHaveBeatUnderIt_thenTheLongerOneIsPromisedNoMore() {
    SessionRef first = consensus.open("w1");
    SessionRef second = consensus.open("w2");
    deploy();
    Settings longer = consensus.state().settings().with(new HeartbeatSettings(60_000, 10, 3, 6));
    Settings shorter = longer.with(new HeartbeatSettings(PERIOD, 10, 20, 60));
    consensus.write(new Command.ChangeSettings(longer, 0));
    consensus.write(new Command.ChangeSettings(shorter, 0));
    assertThat(consensus.state().settings().promisedMillis()).isEqualTo(60_000);

    ask(Endpoints.BEATS, beats(first));
    await()
        .during(Duration.ofMillis(1_200)) // one look at least
        .until(() -> consensus.state().settings().promisedMillis() == 60_000);
    ask(Endpoints.BEATS, beats(second));

    await().until(() -> consensus.state().settings().promisedMillis() == 0);
  }

  @Test
  void givenMoreOpensThanAreAdmitted_thenTheRestIsRefusedWithATime() {
    long epoch = consensus.state().epoch().number();
    var few = new PresenceOptions(MassLossBrake.Threshold.DEFAULT, new AdmissionRates(10, 20));
    get(vertx.deployVerticle(new PresenceVerticle("m1", epoch, few, bus, time, meters)));
    List<SessionOpen> wishes =
        IntStream.range(0, 15).mapToObj(i -> FakeConsensus.wish("w" + i)).toList();
    List<Refusal> refused = ask(Endpoints.OPEN, new Opens(wishes, false)).outcome().refused();
    assertThat(refused).hasSize(5);
    assertThat(refused).allMatch(one -> one.kind() == SwarmException.Kind.OVERLOADED);
    assertThat(refused).allMatch(one -> one.retryAfterMillis() > 0);
    assertThat(refused).extracting(Refusal::position).containsExactly(10, 11, 12, 13, 14);
    assertThat(consensus.state().workerCounts().up()).isEqualTo(10);
    assertThat(meters.get("swarm.session.sent.away").counter().count()).isEqualTo(5);
  }

  @Test
  void givenBeats_thenTheyAreConfirmedWithTermAndIndexAndOnlyOthersRefused() {
    SessionRef session = consensus.open("w1");
    deploy();
    SessionRef stranger = new SessionRef(new WorkerId("w2"), 1);
    BeatsTaken taken = ask(Endpoints.BEATS, beats(session, stranger));
    assertThat(taken).isEqualTo(new BeatsTaken(1, consensus.state().index(), List.of(stranger)));
    assertThat(consensus.proposals()).isEmpty();
  }

  @Test
  void givenNoMajority_thenNoBeatIsConfirmedAndNobodyJudged() {
    SessionRef session = consensus.open("w1");
    deploy();
    consensus.authority = false;
    assertThat(refusal(Endpoints.BEATS, beats(session))).isEqualTo(SwarmException.Kind.NOT_LEADER);
    assertThat(refusal(Endpoints.ROSTER, new Roster(1, List.of(beat(session)), false)))
        .isEqualTo(SwarmException.Kind.NOT_LEADER);
    await()
        .during(Duration.ofMillis(4 * PERIOD))
        .atMost(Duration.ofSeconds(5))
        .until(() -> consensus.proposals().isEmpty());
    consensus.authority = true;
    await().atMost(Duration.ofSeconds(5)).until(() -> status("w1") == WorkerStatus.DOWN);
  }

  @Test
  void givenASilentWorker_thenItIsDownAfterTtlAndTheBeatingOneIsNot() {
    consensus.open("silent");
    SessionRef beating = consensus.open("beating");
    deploy();
    long deployed = System.nanoTime();
    vertx.setPeriodic(PERIOD, tick -> bus.request(Endpoints.BEATS, beats(beating)));
    await().atMost(Duration.ofSeconds(5)).until(() -> status("silent") == WorkerStatus.DOWN);
    assertThat(System.nanoTime() - deployed)
        .isBetween(TimeUnit.MILLISECONDS.toNanos(2 * PERIOD), TimeUnit.SECONDS.toNanos(3));
    assertThat(status("beating")).isEqualTo(WorkerStatus.UP);
    await()
        .until(
            () ->
                meters
                        .get("swarm.worker.transitions")
                        .tag("to", "down")
                        .tag("reason", "expired")
                        .counter()
                        .count()
                    == 1);
    assertThat(meters.get("swarm.presence.expiry.drift").timer().count()).isEqualTo(1);
  }

  @Test
  void givenVerdictsThatFail_thenTheyAreSaidAgain() {
    consensus.open("w1");
    deploy();
    consensus.failures = 3;
    await().atMost(Duration.ofSeconds(5)).until(() -> status("w1") == WorkerStatus.DOWN);
    assertThat(consensus.proposals()).hasSize(4);
  }

  @Test
  void givenANewEpoch_whenTheRosterComes_thenAllAreUpByOneCommand() {
    List<SessionBeat> roster =
        java.util.stream.IntStream.range(0, 50)
            .mapToObj(i -> beat(consensus.open("w" + i)))
            .toList();
    consensus.term = 2;
    consensus.write(new Command.BeginEpoch(2, "m1", 1));
    deploy();
    assertThat(status("w7")).isEqualTo(WorkerStatus.UNKNOWN);
    BeatsTaken taken = ask(Endpoints.ROSTER, new Roster(2, roster, true));
    assertThat(taken.refused()).isEmpty();
    await().until(() -> consensus.state().workerCounts().up() == 50);
    assertThat(consensus.proposals()).hasSize(1);
    await().until(() -> meters.get("swarm.failover").tag("phase", "all_back").timer().count() == 1);
  }

  @Test
  void givenALeaderElectedAgain_whenItsNewEpochHasNotBegun_thenTheOldOneConfirmsNothing() {
    SessionRef session = consensus.open("w1");
    deploy();
    consensus.term = 2;
    assertThat(refusal(Endpoints.BEATS, beats(session))).isEqualTo(SwarmException.Kind.NOT_LEADER);
  }

  @Test
  void givenAnotherEpochBegan_thenEverythingIsAnsweredNotLeader() {
    SessionRef session = consensus.open("w1");
    deploy();
    consensus.write(new Command.BeginEpoch(2, "m2", 1));
    assertThat(refusal(Endpoints.BEATS, beats(session))).isEqualTo(SwarmException.Kind.NOT_LEADER);
    await()
        .until(
            () ->
                refusal(Endpoints.OPEN, new Opens(List.of(FakeConsensus.wish("w2")), false))
                    == SwarmException.Kind.NOT_LEADER);
    assertThat(refusal(Endpoints.ROSTER, new Roster(2, List.of(), false)))
        .isEqualTo(SwarmException.Kind.NOT_LEADER);
    assertThat(consensus.proposals()).noneMatch(Command.SetStatus.class::isInstance);
  }

  @Test
  void givenAGoodbye_thenItIsAnsweredWhenTheWorkerHasLeft() {
    SessionRef session = consensus.open("w1");
    deploy();
    ask(Endpoints.GOODBYE, new Goodbyes(List.of(new Goodbye(session, "stop")), false));
    assertThat(status("w1")).isEqualTo(WorkerStatus.DOWN);
    assertThat(consensus.state().workers().get(new WorkerId("w1")).reason())
        .isEqualTo("left: stop");
  }

  private List<Happened> events() {
    List<Happened> told = new CopyOnWriteArrayList<>();
    get(bus.subscribe(Topics.EVENTS, told::add));
    return told;
  }

  @Test
  void givenASecondHolderOfAnId_thenItIsToldOnceHoweverOftenItAsks() {
    List<Happened> told = events();
    deploy();
    ask(Endpoints.OPEN, opens("w1", 7, 1, "m1"));
    ask(Endpoints.OPEN, opens("w1", 8, 1, "m1"));
    assertThat(told).isEmpty();
    for (int dial = 2; dial < 5; dial++) {
      var refused = ask(Endpoints.OPEN, opens("w1", 7, dial, "m2")).outcome().refused();
      assertThat(refused).extracting(Refusal::kind).containsOnly(SwarmException.Kind.CONFLICT);
    }
    ask(Endpoints.OPEN, opens("w2", 7, 1, "m2"));
    ask(Endpoints.OPEN, opens("w2", 8, 1, "m1"));
    ask(Endpoints.OPEN, opens("w2", 7, 2, "m2"));
    await().until(() -> told.size() >= 2);
    assertThat(told).extracting(Happened::kind).containsOnly(EventKind.WORKER_RIVAL);
    assertThat(told).extracting(Happened::subject).containsExactly("w1", "w2");
    assertThat(told.get(0).message())
        .isEqualTo(
            "another process runs as worker w1 on manager m1, in session 2: one of the two needs"
                + " another id; refused on manager m2");
  }

  private static Opens opens(String worker, long boot, long dial, String manager) {
    var wish = new SessionOpen(new WorkerId(worker), boot, dial, manager, 5, "", Map.of(), 1);
    return new Opens(List.of(wish), false);
  }

  @Test
  void givenMostOfTheFleetSilent_thenTheHoldAndItsEndAreToldOnce() {
    List<Happened> told = events();
    for (int i = 0; i < 20; i++) consensus.open("w" + i);
    deploy();
    await().atMost(Duration.ofSeconds(5)).until(() -> status("w7") == WorkerStatus.DOWN);
    await().until(() -> told.size() >= 2);
    assertThat(told)
        .containsExactly(
            new Happened(
                EventKind.FLEET_SILENT,
                "",
                "20 of 20 workers fell silent together: no verdict for one more TTL"),
            new Happened(EventKind.FLEET_HEARD, "", "whoever is silent is judged again"));
  }

  @Test
  void givenTasksAndReports_thenTheyAreCommittedWithATimeNearOurs() {
    SessionRef session = consensus.open("w1");
    deploy();
    TaskId task = new TaskId("t");
    long ahead = WALL + 36_000_000;
    var spec = new TaskSpec(task, "k", "n", "discard", Bytes.EMPTY, session.worker(), 1, ahead);
    ask(Endpoints.WRITES, new Write(new Command.SubmitTasks(List.of(spec)), true));
    assertThat(consensus.state().tasks().get(task).spec().submittedMillis()).isEqualTo(WALL);
    var future = new Report(session, task, 1, TaskStatus.COMPLETE, "", Bytes.EMPTY, Long.MAX_VALUE);
    var strange = new Report(session, new TaskId("x"), 1, TaskStatus.COMPLETE, "", Bytes.EMPTY, 0);
    var answer = ask(Endpoints.REPORTS, new Reports(List.of(future, strange), false));
    assertThat(answer.outcome().refused()).extracting(Refusal::position).containsExactly(1);
    assertThat(consensus.state().tasks().get(task).finishedMillis()).isEqualTo(WALL);
  }

  @Test
  void givenACommandThatIsNotAnOperators_thenItIsDenied() {
    deploy();
    assertThat(refusal(Endpoints.WRITES, new Write(new Command.BeginEpoch(9, "m9", 1), true)))
        .isEqualTo(SwarmException.Kind.DENIED);
    assertThat(consensus.proposals()).isEmpty();
  }

  @Test
  void givenAnUndeployedLeader_thenNothingIsServedOrJudged() {
    consensus.open("w1");
    deploy();
    get(vertx.undeploy(deployment));
    assertThat(refusal(Endpoints.BEATS, beats())).isEqualTo(SwarmException.Kind.NO_LEADER);
    await()
        .during(Duration.ofMillis(5 * PERIOD))
        .atMost(Duration.ofSeconds(5))
        .until(() -> status("w1") == WorkerStatus.UP);
  }

  @Test
  void givenAnEpochThatIsOverAlready_thenItDoesNotStart() {
    var late = new PresenceVerticle("m1", 7, bus, time, meters);
    assertThat(vertx.deployVerticle(late).map("").otherwise(Throwable::getMessage))
        .satisfies(started -> assertThat(get(started)).isEqualTo("epoch is 1, not 7"));
  }
}
