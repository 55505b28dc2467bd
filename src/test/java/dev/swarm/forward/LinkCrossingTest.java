package dev.swarm.forward;

import static dev.swarm.forward.LinkFixture.beat;
import static dev.swarm.forward.LinkFixture.open;
import static dev.swarm.forward.LinkFixture.session;
import static org.assertj.core.api.Assertions.assertThat;

import dev.swarm.bus.BusMessage;
import dev.swarm.bus.Endpoint;
import dev.swarm.bus.Endpoints;
import dev.swarm.bus.Messages.Beats;
import dev.swarm.bus.Messages.BeatsTaken;
import dev.swarm.bus.Messages.CopyPiece;
import dev.swarm.bus.Messages.CopyQuestion;
import dev.swarm.bus.Messages.DigestPoint;
import dev.swarm.bus.Messages.Digests;
import dev.swarm.bus.Messages.DigestsJudged;
import dev.swarm.bus.Messages.Goodbye;
import dev.swarm.bus.Messages.Goodbyes;
import dev.swarm.bus.Messages.Opens;
import dev.swarm.bus.Messages.Reports;
import dev.swarm.bus.Messages.Roster;
import dev.swarm.bus.Messages.SessionBeat;
import dev.swarm.bus.Messages.StateDiffers;
import dev.swarm.bus.Messages.Taken;
import dev.swarm.bus.Messages.Write;
import dev.swarm.model.Availability;
import dev.swarm.model.Bytes;
import dev.swarm.model.Command;
import dev.swarm.model.Limits;
import dev.swarm.model.Outcome;
import dev.swarm.model.Refusal;
import dev.swarm.model.Report;
import dev.swarm.model.SessionOpen;
import dev.swarm.model.SessionRef;
import dev.swarm.model.SwarmException;
import dev.swarm.model.SwarmException.Kind;
import dev.swarm.model.TaskId;
import dev.swarm.model.TaskSpec;
import dev.swarm.model.TaskStatus;
import dev.swarm.model.WorkerId;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What a follower asks reaches the leader as it is, and the answer comes back as it is. */
class LinkCrossingTest {
  private static final Report REPORT =
      new Report(
          session("w1"),
          new TaskId("t1"),
          1,
          TaskStatus.COMPLETE,
          "done",
          Bytes.wrap(new byte[] {1, 2}),
          5);

  private final LinkFixture fixture = new LinkFixture();

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void givenDigests_whenTold_thenTheLeaderHearsWhoseTheyAreAndItsJudgementComesBack() {
    DigestsJudged judgement =
        new DigestsJudged(List.of(9L, 1_000L), new StateDiffers(8, -1, Long.MIN_VALUE));
    fixture.serve(Endpoints.JUDGE_DIGESTS, (Digests told) -> Future.succeededFuture(judgement));
    fixture.link();
    Digests told =
        new Digests(
            "m2", List.of(new DigestPoint(8, -1), new DigestPoint(1_000, Long.MAX_VALUE)), 2, 3);
    assertThat(Answer.of(fixture.follower.request(Endpoints.DIGESTS, told))).isEqualTo(judgement);
    assertThat(fixture.heard).containsExactly(told);
  }

  @Test
  void givenALeadersState_whenItsPiecesAreAskedFor_thenTheyComeAsTheyAre() {
    byte[] bytes = new byte[Limits.MAX_BATCH_BYTES];
    bytes[7] = 1;
    fixture.serve(
        Endpoints.COPY_STATE,
        (CopyQuestion asked) ->
            Future.succeededFuture(new CopyPiece(asked.copy() - 1, 3L << 32, bytes)));
    fixture.link();
    CopyQuestion question = new CopyQuestion(-5, 1L << 33);
    CopyPiece piece = Answer.of(fixture.follower.request(Endpoints.COPY, question));
    assertThat(piece.copy()).isEqualTo(-6);
    assertThat(piece.size()).isEqualTo(3L << 32);
    assertThat(piece.bytes()).isEqualTo(bytes);
    assertThat(fixture.heard).containsExactly(question);
  }

  static Stream<Arguments> requests() {
    Command command = new Command.SetAvailability(new WorkerId("w1"), Availability.PAUSED, 5);
    return Stream.of(
        Arguments.of(
            Endpoints.OPEN,
            new Opens(List.of(open("w1"), open("w2")), false),
            new Opens(List.of(open("w1"), open("w2")), true)),
        Arguments.of(
            Endpoints.REPORTS,
            new Reports(List.of(REPORT), false),
            new Reports(List.of(REPORT), true)),
        Arguments.of(
            Endpoints.GOODBYE,
            new Goodbyes(List.of(new Goodbye(session("w1"), "bye")), false),
            new Goodbyes(List.of(new Goodbye(session("w1"), "bye")), true)),
        Arguments.of(Endpoints.WRITES, new Write(command, false), new Write(command, true)));
  }

  @ParameterizedTest
  @MethodSource("requests")
  <Q extends BusMessage> void givenALink_whenARequestCrosses_thenTheLeaderSeesItMarkedAndAnswers(
      Endpoint<Q, Taken> endpoint, Q asked, Q seen) {
    Outcome outcome = new Outcome(12, List.of(new Refusal(0, Kind.STALE_SESSION, "older dial")));
    fixture.serve(endpoint, question -> Future.succeededFuture(new Taken(outcome)));
    fixture.link();

    Taken taken = Answer.of(fixture.follower.request(endpoint, asked));

    assertThat(taken.outcome()).isEqualTo(outcome);
    assertThat(fixture.heard).containsExactly(seen);
  }

  @Test
  void givenALink_whenBeatsCross_thenTermCommitIndexAndRefusalsComeBack() {
    BeatsTaken answer = new BeatsTaken(4, 99, List.of(session("w2")));
    fixture.serve(Endpoints.BEATS, (Beats told) -> Future.succeededFuture(answer));
    fixture.link();

    BeatsTaken taken =
        Answer.of(
            fixture.follower.request(
                Endpoints.BEATS, new Beats(List.of(beat("w1"), beat("w2")), false)));

    assertThat(taken).isEqualTo(answer);
    assertThat(fixture.heard).containsExactly(new Beats(List.of(beat("w1"), beat("w2")), true));
  }

  @Test
  void givenALink_whenARosterCrosses_thenEpochSessionsAndRefusalsAreKept() {
    BeatsTaken answer = new BeatsTaken(4, 99, List.of(session("w1")));
    fixture.serve(Endpoints.ROSTER, (Roster told) -> Future.succeededFuture(answer));
    fixture.link();
    List<SessionBeat> live = List.of(beat("w1"), beat("w2"));

    BeatsTaken taken =
        Answer.of(fixture.follower.request(Endpoints.ROSTER, new Roster(8, live, false)));

    assertThat(taken).isEqualTo(answer);
    assertThat(fixture.heard).containsExactly(new Roster(8, live, true));
  }

  @ParameterizedTest
  @EnumSource(SwarmException.Kind.class)
  void givenTheLeaderFails_whenAsked_thenKindTextAndAdviceReachTheCaller(Kind kind) {
    fixture.serve(
        Endpoints.OPEN,
        (Opens asked) -> Future.failedFuture(new SwarmException(kind, "because", 300)));
    fixture.link();

    SwarmException failure =
        Answer.failureOf(
            fixture.follower.request(Endpoints.OPEN, new Opens(List.of(open("w1")), false)));

    assertThat(failure.kind()).isEqualTo(kind);
    assertThat(failure).hasMessage("because");
    assertThat(failure.retryAfterMillis()).isEqualTo(300);
  }

  @Test
  void givenTheOtherEndDoesNotLead_whenAsked_thenItIsNoLeaderAndTheLinkStays() {
    fixture.link();

    SwarmException failure =
        Answer.failureOf(
            fixture.follower.request(Endpoints.OPEN, new Opens(List.of(open("w1")), false)));

    assertThat(failure.kind()).isEqualTo(Kind.NO_LEADER);
    assertThat(fixture.links()).isEqualTo(1);
    assertThat(fixture.server.acceptedConnections()).isEqualTo(1);
  }

  @Test
  void givenARequestThatWasForwardedOnce_whenItArrives_thenItIsNotForwardedAgain() {
    fixture.serveAll();
    fixture.link();

    SwarmException failure =
        Answer.failureOf(
            fixture.follower.request(Endpoints.OPEN, new Opens(List.of(open("w1")), true)));

    assertThat(failure.kind()).isEqualTo(Kind.NOT_LEADER);
    assertThat(fixture.heard).isEmpty();
  }

  @Test
  void givenANewerTermWasSeen_whenAnAnswerOfTheFormerComes_thenItIsDropped() {
    AtomicLong term = new AtomicLong(5);
    fixture.serve(
        Endpoints.ROSTER,
        (Roster told) -> Future.succeededFuture(new BeatsTaken(term.get(), 1, List.of())));
    fixture.link();
    Roster roster = new Roster(1, List.of(beat("w1")), false);
    Answer.of(fixture.follower.request(Endpoints.ROSTER, roster));
    term.set(4);

    SwarmException failure = Answer.failureOf(fixture.follower.request(Endpoints.ROSTER, roster));

    assertThat(failure.kind()).isEqualTo(Kind.NOT_LEADER);
  }

  @Test
  void givenMoreReportsThanOneMessageCarries_whenTheyCross_thenAllArriveAndRefusalsAreTheirs() {
    int count = 40;
    fixture.serve(
        Endpoints.REPORTS,
        (Reports asked) ->
            Future.succeededFuture(
                new Taken(new Outcome(5, List.of(new Refusal(0, Kind.CONFLICT, first(asked)))))));
    fixture.link();

    Taken taken =
        Answer.of(fixture.follower.request(Endpoints.REPORTS, new Reports(bulky(count), false)));

    assertThat(
            fixture.heard.stream().flatMap(heard -> ((Reports) heard).reports().stream()).toList())
        .containsExactlyElementsOf(bulky(count));
    assertThat(taken.outcome().refused())
        .hasSizeGreaterThan(1)
        .allSatisfy(refusal -> assertThat(refusal.message()).isEqualTo("t" + refusal.position()));
  }

  private static String first(Reports reports) {
    return reports.reports().get(0).task().value();
  }

  private static List<Report> bulky(int count) {
    Bytes result = Bytes.wrap(new byte[60 << 10]);
    return IntStream.range(0, count)
        .mapToObj(
            i ->
                new Report(
                    session("w1"), new TaskId("t" + i), 1, TaskStatus.COMPLETE, "", result, 5))
        .toList();
  }

  @Test
  void givenSessionsForAnotherManager_whenAsked_thenTheLeaderIsNotEvenAsked() {
    fixture.serveAll();
    fixture.link();
    SessionOpen foreign =
        new SessionOpen(new WorkerId("w1"), 1, 1, "m3", LinkFixture.BOOT, "", Map.of(), 1);

    SwarmException failure =
        Answer.failureOf(
            fixture.follower.request(Endpoints.OPEN, new Opens(List.of(foreign), false)));

    assertThat(failure.kind()).isEqualTo(Kind.BAD_REQUEST);
    assertThat(fixture.heard).isEmpty();
  }

  @Test
  void givenManySessionsRefused_whenBeatsCross_thenAllAreNamed() {
    List<SessionBeat> beats =
        IntStream.range(0, 9_000).mapToObj(i -> beat("a-worker-with-a-long-name-" + i)).toList();
    fixture.serve(
        Endpoints.BEATS,
        (Beats told) ->
            Future.succeededFuture(
                new BeatsTaken(3, 1, told.beats().stream().map(SessionBeat::session).toList())));
    fixture.link();

    BeatsTaken taken =
        Answer.of(fixture.follower.request(Endpoints.BEATS, new Beats(beats, false)));

    List<SessionRef> all = beats.stream().map(SessionBeat::session).toList();
    assertThat(taken.refused()).containsExactlyElementsOf(all);
    assertThat(fixture.sent(LinkKind.BEATS)).isEqualTo(3);
  }

  @Test
  void givenAWriteLargerThanAMessage_whenAsked_thenItIsABadRequestAndTheLinkStays() {
    fixture.serveAll();
    fixture.link();
    Bytes payload = Bytes.wrap(new byte[Limits.MAX_PAYLOAD_BYTES]);
    List<TaskSpec> specs =
        IntStream.range(0, 5)
            .mapToObj(
                i -> new TaskSpec(new TaskId("t" + i), "", "n", "process", payload, null, 1, 0))
            .toList();
    Write write = new Write(new Command.SubmitTasks(specs), false);

    SwarmException failure = Answer.failureOf(fixture.follower.request(Endpoints.WRITES, write));

    assertThat(failure.kind()).isEqualTo(Kind.BAD_REQUEST);
    assertThat(failure).hasMessageContaining("" + Limits.MAX_MESSAGE_BYTES);
    assertThat(fixture.links()).isEqualTo(1);
  }

  @Test
  void givenAnAnswerLargerThanAMessage_whenItWouldEndTheStream_thenOnlyTheRequestFails() {
    List<Refusal> refusals =
        IntStream.range(0, 20_000)
            .mapToObj(i -> new Refusal(i, Kind.CONFLICT, "a reason of some length".repeat(4)))
            .toList();
    fixture.serve(
        Endpoints.GOODBYE,
        (Goodbyes asked) -> Future.succeededFuture(new Taken(new Outcome(5, refusals))));
    fixture.link();

    SwarmException failure =
        Answer.failureOf(
            fixture.follower.request(Endpoints.GOODBYE, new Goodbyes(List.of(), false)));

    assertThat(failure.kind()).isEqualTo(Kind.TIMEOUT);
    assertThat(failure).hasMessageContaining("too large");
    assertThat(fixture.server.acceptedConnections()).isEqualTo(1);
    assertThat(fixture.links()).isEqualTo(1);
  }
}
