package dev.swarm.dispatch;

import static dev.swarm.dispatch.Given.W1;
import static dev.swarm.dispatch.Given.tasks;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.swarm.bus.Messages.SessionBeat;
import dev.swarm.edge.Turnstile;
import dev.swarm.model.BatchSettings;
import dev.swarm.model.Command.ChangeSettings;
import dev.swarm.model.Command.PutManager;
import dev.swarm.model.Command.SetStatus;
import dev.swarm.model.HeartbeatSettings;
import dev.swarm.model.Judgement;
import dev.swarm.model.Judgement.Verdict;
import dev.swarm.model.ManagerInfo;
import dev.swarm.model.ManagerState;
import dev.swarm.model.SessionOpen;
import dev.swarm.model.SessionRef;
import dev.swarm.model.Settings;
import dev.swarm.model.SwarmException;
import dev.swarm.model.TaskId;
import dev.swarm.model.TaskStatus;
import dev.swarm.model.WorkerId;
import dev.swarm.v1.Disconnect;
import dev.swarm.v1.DisconnectReason;
import dev.swarm.v1.ManagerAddress;
import dev.swarm.v1.ManagerMessage.BodyCase;
import dev.swarm.v1.Pong;
import dev.swarm.v1.Welcome;
import io.vertx.grpc.common.GrpcStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How sessions begin, live and end, at real streams. */
class DispatcherSessionsTest {
  private DispatcherFixture fixture;

  @BeforeEach
  void start() throws Exception {
    fixture = new DispatcherFixture(DispatcherFixture.SETTINGS);
  }

  @AfterEach
  void stop() throws Exception {
    fixture.close();
  }

  private static Disconnect disconnect(FakeWorker worker) {
    await().until(worker::disconnected);
    return worker.all(BodyCase.DISCONNECT).get(0).getDisconnect();
  }

  private static SessionRef ref(FakeWorker worker) {
    return new SessionRef(W1, worker.session());
  }

  private void judge(Verdict verdict, SessionRef session) {
    fixture.managers.apply(
        new SetStatus(List.of(new Judgement(session, 1, verdict, "no heartbeat")), 2_000));
  }

  @Test
  void givenAHello_thenTheWorkerIsWelcomedWithTheSessionOfTheLog() {
    FakeWorker worker = fixture.welcomed("w1");

    Welcome welcome = worker.all(BodyCase.WELCOME).get(0).getWelcome();
    assertThat(welcome.getSession())
        .isEqualTo(fixture.managers.state.workers().get(W1).session().number());
    assertThat(welcome.getIncarnation()).isEqualTo(Given.INCARNATION);
    assertThat(welcome.getManager()).isEqualTo(Given.MANAGER);
    assertThat(welcome.getManagers().getManagers(0).getWeight()).isEqualTo(100);
    assertThat(welcome.getBeatInMillis()).isBetween(1, 5_000);
    assertThat(welcome.getTtlMillis()).isEqualTo(15_000);
  }

  @Test
  void givenACrowd_thenItsHellosGoToTheLeaderTogether() {
    for (int i = 0; i < 100; i++) fixture.dial("w" + i, 5, 1);
    await().until(() -> fixture.gauge("swarm.sessions") == 100);

    assertThat(fixture.managers.opens).hasSizeLessThan(50);
  }

  /** Five a second: five are let in, those whose turn is near wait, the others are sent away. */
  @Test
  void givenMoreThanAreAdmitted_thenWhoIsSentAwayIsToldInTheTrailersWhenToComeAgain() {
    fixture.managers.admission = new Turnstile(5, System.nanoTime());
    List<FakeWorker> crowd = new ArrayList<>();
    for (int i = 0; i < 40; i++) crowd.add(fixture.dial("w" + i, 5, 1));
    await().until(() -> crowd.stream().allMatch(one -> one.welcomed() || one.status != null));

    List<FakeWorker> sentAway = crowd.stream().filter(one -> !one.welcomed()).toList();
    assertThat(sentAway).hasSizeBetween(10, 35);
    for (FakeWorker one : sentAway) {
      Disconnect last = disconnect(one);
      assertThat(last.getReason()).isEqualTo(DisconnectReason.DISCONNECT_REASON_OVERLOADED);
      assertThat(last.getRetryAfterMillis()).isGreaterThan(1_000);
      assertThat(one.status).isEqualTo(GrpcStatus.RESOURCE_EXHAUSTED);
      assertThat(one.pushback).isEqualTo("" + last.getRetryAfterMillis());
    }
    assertThat(fixture.count("swarm.dispatch.sent.away")).isEqualTo(sentAway.size());
  }

  @Test
  void givenBadHellos_thenTheyAreRefusedWithStatusAndText() {
    FakeWorker badId = new FakeWorker("Bad Id");
    FakeWorker otherCluster = new FakeWorker("w1");
    FakeWorker noHello = new FakeWorker("w1");
    fixture.dial(badId, badId.hello(1, 1).build());
    fixture.dial(otherCluster, otherCluster.hello(1, 1).setCluster("prod").build());
    fixture.dial(noHello, null);

    for (FakeWorker refused : List.of(badId, otherCluster, noHello)) {
      assertThat(disconnect(refused).getReason())
          .isEqualTo(DisconnectReason.DISCONNECT_REASON_REFUSED);
      await().until(() -> refused.status == GrpcStatus.INVALID_ARGUMENT);
      assertThat(refused.statusText).isEqualTo(disconnect(refused).getText()).isNotEmpty();
    }
    assertThat(disconnect(otherCluster).getText()).isEqualTo("this is cluster demo");
    assertThat(fixture.managers.opens).isEmpty();
  }

  @Test
  void givenNoLeader_thenAHelloIsParkedAndGrantedWhenThereIsOne() {
    fixture.managers.failure = new SwarmException(SwarmException.Kind.NO_LEADER, "no leader");
    FakeWorker worker = fixture.dial("w1", 5, 1);
    await().until(() -> fixture.managers.opens.size() >= 3);
    assertThat(worker.received).isEmpty();

    fixture.managers.failure = null;

    DispatcherFixture.welcomed(worker);
    assertThat(fixture.gauge("swarm.sessions")).isEqualTo(1);
  }

  @Test
  void givenNoLeaderForThreeSeconds_thenTheWorkerIsToldToComeAgain() {
    fixture.managers.failure = new SwarmException(SwarmException.Kind.NOT_LEADER, "not leader");
    FakeWorker worker = fixture.dial("w1", 5, 1);
    await().until(() -> fixture.managers.opens.size() >= 2);
    fixture.pass(Duration.ofMillis(900)); // what a slow machine takes comes on top
    await().during(Duration.ofMillis(600)).until(() -> !worker.disconnected());
    fixture.pass(Duration.ofMillis(1_600));

    Disconnect last = disconnect(worker);
    assertThat(last.getReason()).isEqualTo(DisconnectReason.DISCONNECT_REASON_UNAVAILABLE);
    assertThat(last.getRetryAfterMillis()).isPositive();
    await().until(() -> worker.status == GrpcStatus.UNAVAILABLE);
  }

  @Test
  void givenAParkedHelloWhoseStreamClosed_whenItsSessionIsGranted_thenNobodyIsServed() {
    fixture.managers.failure = new SwarmException(SwarmException.Kind.NO_LEADER, "no leader");
    FakeWorker worker = fixture.dial("w1", 5, 1);
    await().until(() -> !fixture.managers.opens.isEmpty());
    worker.hangUp();
    FakeWorker second = fixture.dial("w2", 5, 1);
    await()
        .until(
            () ->
                fixture.managers.opens.get(fixture.managers.opens.size() - 1).opens().size() == 1
                    && fixture
                        .managers
                        .opens
                        .get(fixture.managers.opens.size() - 1)
                        .opens()
                        .get(0)
                        .worker()
                        .value()
                        .equals("w2"));

    fixture.managers.apply(Given.opened(1, Given.open(W1, 5, 1)));
    fixture.managers.failure = null;
    DispatcherFixture.welcomed(second);

    assertThat(fixture.gauge("swarm.sessions")).isEqualTo(1);
    assertThat(worker.received).isEmpty();
  }

  @Test
  void givenAnOpenWhoseAnswerWasLost_thenTheLogGrantsTheSession() {
    fixture.managers.failure = new SwarmException(SwarmException.Kind.TIMEOUT, "no answer");
    FakeWorker worker = fixture.dial("w1", 5, 1);
    await().until(() -> !fixture.managers.opens.isEmpty());

    fixture.managers.apply(Given.opened(1, Given.open(W1, 5, 1)));

    DispatcherFixture.welcomed(worker);
  }

  @Test
  void givenAnOlderDial_thenItMayDialAgain() {
    fixture.managers.apply(Given.opened(1, Given.open(W1, 5, 9)));

    FakeWorker late = fixture.dial("w1", 5, 3);

    assertThat(disconnect(late).getReason()).isEqualTo(DisconnectReason.DISCONNECT_REASON_EXPIRED);
    await().until(() -> late.status == GrpcStatus.ABORTED);
  }

  @Test
  void givenASessionJudgedDown_thenTheWorkerIsToldItExpired() {
    FakeWorker worker = fixture.welcomed("w1");

    judge(Verdict.DOWN, ref(worker));

    assertThat(disconnect(worker).getReason())
        .isEqualTo(DisconnectReason.DISCONNECT_REASON_EXPIRED);
    await().until(() -> worker.status == GrpcStatus.ABORTED);
    assertThat(fixture.gauge("swarm.sessions")).isZero();
    assertThat(fixture.count("swarm.session.closes", "reason", "expired")).isEqualTo(1);
  }

  @Test
  void givenAJudgementOfAnOlderSession_thenTheCurrentOneLives() {
    FakeWorker first = fixture.welcomed("w1");
    FakeWorker second = DispatcherFixture.welcomed(fixture.dial("w1", 5, 2));

    judge(Verdict.DOWN, ref(first));
    fixture.managers.apply(tasks("t", 0, 1, W1));

    await().until(() -> second.batchSizes().equals(List.of(1)));
    assertThat(second.disconnected()).isFalse();
  }

  @Test
  void givenTheSameAgentMovesOn_thenTheOldStreamIsSilentForAWhileAndEndsWithAReason() {
    FakeWorker old = fixture.welcomed("w1");
    fixture.managers.apply(Given.opened(1, Given.open(W1, 5, 2)));
    fixture.managers.apply(tasks("t", 0, 1, W1));
    int before = old.received.size();
    await().until(() -> fixture.gauge("swarm.sessions") == 0);
    old.beat(1);
    fixture.pass(Duration.ofMillis(1_000));
    await().during(Duration.ofMillis(600)).until(() -> old.status == null);
    fixture.pass(Duration.ofMillis(1_000));

    await().until(() -> old.status == GrpcStatus.ABORTED);
    assertThat(old.received).hasSize(before + 1);
    assertThat(disconnect(old).getReason()).isEqualTo(DisconnectReason.DISCONNECT_REASON_EXPIRED);
    assertThat(disconnect(old).getText()).isEqualTo("a later dial was granted");
  }

  @Test
  void givenAParkedHello_whenALaterDialIsGrantedElsewhere_thenItIsToldSo() {
    fixture.managers.failure = new SwarmException(SwarmException.Kind.TIMEOUT, "no answer");
    FakeWorker late = fixture.dial("w1", 5, 1);
    FakeWorker waits = fixture.dial("w2", 5, 1);
    await().until(() -> fixture.managers.opens.stream().anyMatch(one -> one.opens().size() == 2));

    fixture.managers.apply(Given.opened(1, new SessionOpen(W1, 5, 2, "m2", 88, "", Map.of(), 1)));

    assertThat(disconnect(late).getReason()).isEqualTo(DisconnectReason.DISCONNECT_REASON_EXPIRED);
    assertThat(disconnect(late).getText()).isEqualTo("a later dial was granted");
    await().until(() -> late.status == GrpcStatus.ABORTED);
    assertThat(waits.disconnected()).isFalse();
  }

  @Test
  void givenAnotherAgentOfTheSameWorker_thenTheOldOneIsToldItIsReplaced() {
    FakeWorker old = fixture.welcomed("w1");
    FakeWorker clone = DispatcherFixture.welcomed(fixture.dial("w1", 6, 1));

    assertThat(disconnect(old).getReason()).isEqualTo(DisconnectReason.DISCONNECT_REASON_REPLACED);
    assertThat(clone.session()).isGreaterThan(old.session());
    assertThat(fixture.gauge("swarm.sessions")).isEqualTo(1);

    FakeWorker again = fixture.dial("w1", 5, 2);
    await().until(again::disconnected);
    assertThat(disconnect(again).getReason())
        .isEqualTo(DisconnectReason.DISCONNECT_REASON_REPLACED);
    assertThat(disconnect(again).getText()).contains("another process runs as worker w1");
    assertThat(clone.disconnected()).isFalse();
    assertThat(fixture.count("swarm.session.rivals")).isEqualTo(1);
  }

  @Test
  void givenAGoodbye_thenItIsAnsweredWhenCommitted() {
    FakeWorker worker = fixture.welcomed("w1");

    worker.goodbye();

    assertThat(disconnect(worker).getReason()).isEqualTo(DisconnectReason.DISCONNECT_REASON_LEFT);
    await().until(() -> worker.status == GrpcStatus.OK);
    assertThat(fixture.managers.state.workers().get(W1).down()).isTrue();
  }

  @Test
  void givenAGoodbyeWithoutALeader_thenItIsSaidAgainUntilThereIsOne() {
    FakeWorker worker = fixture.welcomed("w1");
    fixture.managers.failure = new SwarmException(SwarmException.Kind.NO_LEADER, "no leader");
    worker.goodbye();
    worker.beat(1);
    await().until(() -> !worker.all(BodyCase.PONG).isEmpty());
    assertThat(worker.disconnected()).isFalse();

    fixture.managers.failure = null;

    assertThat(disconnect(worker).getReason()).isEqualTo(DisconnectReason.DISCONNECT_REASON_LEFT);
  }

  @Test
  void givenAGoodbyeOfAWorkerThatHangsUpAtOnce_thenItHasLeftAllTheSame() {
    FakeWorker worker = fixture.welcomed("w1");
    fixture.managers.failure = new SwarmException(SwarmException.Kind.NO_LEADER, "no leader");
    worker.goodbye();
    worker.hangUpWhenSent();
    await().until(() -> fixture.gauge("swarm.sessions") == 0);

    fixture.managers.failure = null;

    await().until(() -> fixture.managers.state.workers().get(W1).down());
    int said = fixture.managers.goodbyes.get();
    await().during(Duration.ofMillis(300)).until(() -> fixture.managers.goodbyes.get() == said);
  }

  @Test
  void givenAManagerThatStoodStill_thenNobodyIsDroppedWhenItGoesOn() {
    FakeWorker worker = fixture.welcomed("w1");

    fixture.pass(Duration.ofSeconds(20));

    await().during(Duration.ofMillis(1_200)).until(() -> !worker.disconnected());
    worker.beat(1);
    await().until(() -> !worker.all(BodyCase.PONG).isEmpty());
    assertThat(worker.all(BodyCase.MOVE)).isEmpty();
  }

  @Test
  void givenABeat_thenItIsAnsweredAtOnceAndConfirmedByTheLeader() {
    FakeWorker worker = fixture.welcomed("w1");

    worker.beat(1);
    await().until(() -> worker.all(BodyCase.PONG).size() == 1);
    Pong first = worker.all(BodyCase.PONG).get(0).getPong();
    assertThat(first.getSeq()).isEqualTo(1);
    assertThat(first.getConfirmedSeq()).isZero();
    assertThat(first.getBeatInMillis()).isBetween(4_500, 5_500);
    await().until(() -> told(1));
    worker.beat(2);
    await().until(() -> worker.all(BodyCase.PONG).size() == 2);

    assertThat(worker.all(BodyCase.PONG).get(1).getPong().getConfirmedSeq()).isEqualTo(1);
  }

  private boolean told(long seq) {
    return fixture.managers.beats.stream()
        .flatMap(beats -> beats.beats().stream())
        .anyMatch(beat -> beat.seq() == seq);
  }

  @Test
  void givenALeaderThatRefusesOrIsOfThePast_thenABeatIsNotConfirmed() {
    FakeWorker worker = fixture.welcomed("w1");
    fixture.managers.refused = List.of(ref(worker));
    worker.beat(1);
    await().until(() -> told(1));
    fixture.managers.term = 7;
    fixture.managers.refused = List.of();
    FakeWorker other = fixture.welcomed("w2");
    other.beat(4);
    await().until(() -> told(4)); // answered in term 7
    fixture.managers.term = 6;
    worker.beat(2);
    await().until(() -> told(2));
    worker.beat(3);
    await().until(() -> worker.all(BodyCase.PONG).size() == 3);

    assertThat(worker.all(BodyCase.PONG))
        .allMatch(message -> message.getPong().getConfirmedSeq() == 0);
  }

  @Test
  void givenNoLeader_thenABeatIsAnsweredUnconfirmedAndToldLaterWithItsAge() {
    FakeWorker worker = fixture.welcomed("w1");
    fixture.managers.failure = new SwarmException(SwarmException.Kind.NO_LEADER, "no leader");
    worker.beat(1);
    await().until(() -> worker.all(BodyCase.PONG).size() == 1);
    await().until(() -> told(1));
    fixture.managers.beats.clear();
    await().until(() -> told(1)); // again
    SessionBeat again =
        fixture.managers.beats.stream().flatMap(one -> one.beats().stream()).findFirst().get();

    assertThat(again.ageMillis()).isGreaterThanOrEqualTo(100);
    assertThat(again.promisedMillis()).isEqualTo(5_000);
  }

  @Test
  void givenANewEpoch_thenTheRosterIsSentUntilItIsAnswered() {
    FakeWorker worker = fixture.welcomed("w1");
    worker.beat(1);
    await().until(() -> told(1));
    fixture.managers.failure = new SwarmException(SwarmException.Kind.NO_LEADER, "no leader");
    fixture.managers.apply(Given.epoch(2));
    await().until(() -> fixture.managers.rosters.size() >= 3);
    fixture.managers.term = 2;
    fixture.managers.failure = null;
    int before = fixture.managers.rosters.size();
    await().until(() -> fixture.managers.rosters.size() == before + 1);

    SessionBeat entry = fixture.managers.rosters.get(before).sessions().get(0);
    assertThat(fixture.managers.rosters.get(before).epoch()).isEqualTo(2);
    assertThat(entry.session()).isEqualTo(ref(worker));
    assertThat(entry.seq()).isEqualTo(1);
    await()
        .during(Duration.ofMillis(400))
        .atMost(Duration.ofSeconds(2))
        .until(() -> fixture.managers.rosters.size() == before + 1);
    assertThat(worker.disconnected()).isFalse();
  }

  @Test
  void givenNewSettings_thenTheNextAnswerCarriesThem() {
    FakeWorker worker = fixture.welcomed("w1");
    Settings faster =
        new Settings(new HeartbeatSettings(2_000, 10, 3, 6), BatchSettings.DEFAULT, 0);
    fixture.managers.apply(new ChangeSettings(faster, 0));
    await()
        .until(
            () -> {
              worker.beat(worker.all(BodyCase.PONG).size() + 1L);
              return worker.all(BodyCase.PONG).stream()
                  .anyMatch(message -> message.getPong().getTtlMillis() == 6_000);
            });
    Pong last = worker.all(BodyCase.PONG).get(worker.all(BodyCase.PONG).size() - 1).getPong();

    assertThat(last.getBeatInMillis()).isBetween(1_800, 2_200);
  }

  @Test
  void givenFarTooManyBeats_thenTheWorkerIsDisconnected() {
    FakeWorker worker = fixture.welcomed("w1");
    for (int i = 1; i <= 19; i++) worker.beat(i);

    assertThat(disconnect(worker).getReason())
        .isEqualTo(DisconnectReason.DISCONNECT_REASON_REFUSED);
    assertThat(worker.all(BodyCase.PONG)).hasSize(19);
    assertThat(fixture.count("swarm.heartbeats.excess")).isEqualTo(9);
  }

  @Test
  void givenAFloodOfBeats_thenTheWorkerIsCutOffLongBeforeTheLimitOfMessages() {
    FakeWorker worker = fixture.welcomed("w1");
    for (int i = 1; i <= 1_000; i++) worker.beat(i);

    assertThat(disconnect(worker).getReason())
        .isEqualTo(DisconnectReason.DISCONNECT_REASON_REFUSED);
    assertThat(worker.all(BodyCase.PONG)).hasSize(99);
    assertThat(fixture.count("swarm.edge.refused", "port", "api", "reason", "messages"))
        .isEqualTo(1);
  }

  @Test
  void givenAManagerWhoseStateAloneChanges_thenWorkersHearOfIt() {
    put(0, ManagerState.ACTIVE);
    FakeWorker worker = fixture.welcomed("w1");

    put(0, ManagerState.DRAINING);
    await().until(() -> states(worker).size() == 1);
    put(0, ManagerState.STOPPING);
    await().until(() -> states(worker).size() == 2);

    assertThat(worker.all(BodyCase.WELCOME).get(0).getWelcome().getManagers().getManagers(1))
        .returns(dev.swarm.v1.ManagerState.MANAGER_STATE_ACTIVE, ManagerAddress::getState);
    assertThat(states(worker))
        .containsExactly(
            dev.swarm.v1.ManagerState.MANAGER_STATE_DRAINING,
            dev.swarm.v1.ManagerState.MANAGER_STATE_STOPPING);
  }

  private void put(int weight, ManagerState state) {
    fixture.managers.apply(
        new PutManager(new ManagerInfo("m2", 2, "h:1", "h:2", "h:3", weight, state)));
  }

  /** In which state m2 was named, in each list that came after the Welcome. */
  private static List<dev.swarm.v1.ManagerState> states(FakeWorker worker) {
    return worker.all(BodyCase.MANAGERS).stream()
        .map(message -> message.getManagers().getManagers(1).getState())
        .toList();
  }

  @Test
  void givenReports_thenTheyAreAcknowledgedWhenCommitted() {
    FakeWorker worker = fixture.welcomed("w1");
    fixture.managers.apply(tasks("t", 0, 2, W1));
    worker.report(7, "t0", 10);
    worker.report(8, "t1", 10);

    await().until(() -> settled(worker) == 8);
    assertThat(fixture.managers.state.tasks().get(new TaskId("t1")).status())
        .isEqualTo(TaskStatus.COMPLETE);
  }

  private static long settled(FakeWorker worker) {
    return worker.all(BodyCase.REPORT_ACK).stream()
        .mapToLong(message -> message.getReportAck().getSettledUpTo())
        .max()
        .orElse(-1);
  }

  @Test
  void givenReportsThatCannotTakeEffect_thenTheyAreRefusedForGood() {
    fixture.welcomed("w2");
    FakeWorker worker = fixture.welcomed("w1");
    fixture.managers.apply(tasks("other", 0, 1, new WorkerId("w2")));
    worker.report(1, "other0", 0);
    worker.report(2, "nothing", 0);
    worker.report(3, "Not An Id", 0);

    await().until(() -> settled(worker) == 3);
    assertThat(worker.all(BodyCase.REPORT_ACK))
        .flatExtracting(message -> message.getReportAck().getRefusedList())
        .extracting(refused -> refused.getNumber())
        .containsExactlyInAnyOrder(1L, 2L, 3L);
  }

  @Test
  void givenALeaderThatDies_thenItsReportIsSentToTheNext() {
    FakeWorker worker = fixture.welcomed("w1");
    fixture.managers.apply(tasks("t", 0, 1, W1));
    fixture.managers.failure = new SwarmException(SwarmException.Kind.TIMEOUT, "no answer");
    worker.report(1, "t0", 10);
    await().until(() -> fixture.managers.reports.size() >= 2);
    assertThat(settled(worker)).isEqualTo(-1);

    fixture.managers.failure = null;

    await().until(() -> settled(worker) == 1);
  }

  @Test
  void givenAReportOfASessionThatIsOver_thenItIsNotSettled() {
    FakeWorker worker = fixture.welcomed("w1");
    fixture.managers.apply(tasks("t", 0, 1, W1));
    // The log has a newer session, but its news has not come here yet.
    fixture.managers.applySilently(Given.opened(1, Given.open(W1, 6, 1)));
    worker.report(1, "t0", 10);
    await().until(() -> !fixture.managers.reports.isEmpty());
    fixture.managers.publishReplaced();

    assertThat(disconnect(worker).getReason())
        .isEqualTo(DisconnectReason.DISCONNECT_REASON_REPLACED);
    assertThat(worker.all(BodyCase.REPORT_ACK)).isEmpty();
    assertThat(fixture.managers.state.tasks().get(new TaskId("t0")).status())
        .isEqualTo(TaskStatus.ASSIGNED);
  }

  @Test
  void givenAStoppedManager_thenItsWorkersAreTold() throws Exception {
    FakeWorker worker = fixture.welcomed("w1");

    fixture.vertx.undeploy(fixture.dispatcher.deploymentID());

    assertThat(disconnect(worker).getReason())
        .isEqualTo(DisconnectReason.DISCONNECT_REASON_STOPPING);
  }
}
