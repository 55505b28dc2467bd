package dev.swarm.forward;

import static dev.swarm.forward.LinkFixture.SOON;
import static dev.swarm.forward.LinkFixture.beat;
import static dev.swarm.forward.LinkFixture.open;
import static dev.swarm.forward.LinkFixture.session;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.swarm.bus.Endpoints;
import dev.swarm.bus.Messages.Beats;
import dev.swarm.bus.Messages.BeatsTaken;
import dev.swarm.bus.Messages.Opens;
import dev.swarm.bus.Messages.Reports;
import dev.swarm.bus.Messages.SessionBeat;
import dev.swarm.bus.Messages.Taken;
import dev.swarm.model.Bytes;
import dev.swarm.model.Outcome;
import dev.swarm.model.Report;
import dev.swarm.model.SessionRef;
import dev.swarm.model.SwarmException;
import dev.swarm.model.SwarmException.Kind;
import dev.swarm.model.TaskId;
import dev.swarm.model.TaskStatus;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** However much there is to say, the link stays small. */
class LinkLoadTest {
  private final LinkFixture fixture = new LinkFixture();

  @AfterEach
  void close() {
    fixture.close();
  }

  private static List<SessionBeat> fleet(String name, int size) {
    return IntStream.range(0, size).mapToObj(i -> beat(name + i)).toList();
  }

  private static Set<SessionRef> sessions(List<SessionBeat> beats) {
    Set<SessionRef> sessions = new HashSet<>();
    for (SessionBeat beat : beats) sessions.add(beat.session());
    return sessions;
  }

  /** A dispatcher that tells the beats of two of its sessions every 5 ms, one after the other. */
  private final class Caller {
    final List<SessionBeat> beats;
    final Queue<BeatsTaken> answers = new ConcurrentLinkedQueue<>();
    private int next;

    Caller(String name) {
      beats = fleet(name, 500);
      fixture.vertx.setPeriodic(5, id -> tell());
    }

    private void tell() {
      List<SessionBeat> some = List.of(beats.get(next), beats.get(next + 1));
      next = (next + 2) % beats.size();
      fixture.follower.request(Endpoints.BEATS, new Beats(some, false)).onSuccess(answers::add);
    }
  }

  @Test
  void givenAThousandSessionsOfTwoDispatchers_whenTheyBeat_thenTenMessagesASecondCarryThem() {
    Set<SessionRef> seen = ConcurrentHashMap.newKeySet();
    fixture.serve(
        Endpoints.BEATS,
        (Beats told) -> {
          seen.addAll(sessions(told.beats()));
          return Future.succeededFuture(new BeatsTaken(3, 1, List.of(session("a7"))));
        });
    fixture.link();
    long beganNanos = System.nanoTime();
    Caller a = new Caller("a");
    Caller b = new Caller("b");

    await().atMost(SOON.multipliedBy(3)).until(() -> seen.size() == 1_000);

    long windows = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - beganNanos) / 100;
    assertThat(fixture.sent(LinkKind.BEATS)).isBetween(2.0, windows + 1.0);
    assertThat(fixture.server.acceptedConnections()).isEqualTo(1);
    assertThat(a.answers).anySatisfy(taken -> assertThat(taken.refused()).isNotEmpty());
    assertThat(a.answers)
        .allSatisfy(taken -> assertThat(taken.refused()).isSubsetOf(session("a7")));
    assertThat(b.answers).isNotEmpty().allSatisfy(taken -> assertThat(taken.refused()).isEmpty());
  }

  @Test
  void givenALeaderThatDoesNotAnswer_whenMoreIsAskedThanMayWait_thenTheRestIsOverloaded() {
    fixture.serve(Endpoints.OPEN, (Opens asked) -> Promise.<Taken>promise().future());
    fixture.link();

    List<Future<Taken>> asked = new ArrayList<>();
    for (int i = 0; i < LinkStream.MAX_PENDING + 30; i++) {
      Opens opens = new Opens(List.of(open("w" + i)), false);
      asked.add(fixture.follower.request(Endpoints.OPEN, opens));
    }

    await().atMost(SOON).until(() -> asked.stream().filter(this::overloaded).count() == 30);
    assertThat(fixture.heard).hasSize(LinkEnd.MAX_IN_FLIGHT);
  }

  private boolean overloaded(Future<Taken> asked) {
    return asked.failed() && ((SwarmException) asked.cause()).kind() == Kind.OVERLOADED;
  }

  @Test
  void givenALeaderThatDoesNotAnswer_whenBulkyReportsPileUp_thenTheyAreOverloadedByTheirBytes() {
    fixture.serve(Endpoints.REPORTS, (Reports asked) -> Promise.<Taken>promise().future());
    fixture.serve(
        Endpoints.OPEN,
        (Opens asked) -> Future.succeededFuture(new Taken(new Outcome(1, List.of()))));
    fixture.link();
    Reports bulky = new Reports(Collections.nCopies(7, report()), false);

    List<Future<Taken>> asked = new ArrayList<>();
    for (int i = 0; i < 50; i++) asked.add(fixture.follower.request(Endpoints.REPORTS, bulky));
    await().atMost(SOON).until(() -> asked.stream().anyMatch(Future::failed));

    Future<Taken> refused = asked.stream().filter(Future::failed).findFirst().orElseThrow();
    assertThat(Answer.failureOf(refused).kind()).isEqualTo(Kind.OVERLOADED);
    Opens small = new Opens(List.of(open("w1")), false);
    assertThat(Answer.of(fixture.follower.request(Endpoints.OPEN, small)).outcome().index())
        .isEqualTo(1);
  }

  private static Report report() {
    Bytes result = Bytes.wrap(new byte[60 << 10]);
    return new Report(session("w1"), new TaskId("t1"), 1, TaskStatus.COMPLETE, "", result, 5);
  }

  @Test
  void givenALeaderThatStoppedReading_whenItAnswersAgain_thenAllThatWaitedIsAnswered() {
    Queue<Promise<Taken>> held = new ConcurrentLinkedQueue<>();
    fixture.serve(
        Endpoints.OPEN,
        (Opens asked) -> {
          Promise<Taken> answer = Promise.promise();
          held.add(answer);
          return answer.future();
        });
    fixture.link();
    List<Future<Taken>> asked = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      Opens opens = new Opens(List.of(open("w" + i)), false);
      asked.add(fixture.follower.request(Endpoints.OPEN, opens));
    }
    await().atMost(SOON).until(() -> held.size() == LinkEnd.MAX_IN_FLIGHT);

    await()
        .atMost(SOON)
        .until(
            () -> {
              for (Promise<Taken> one = held.poll(); one != null; one = held.poll()) {
                one.complete(new Taken(new Outcome(1, List.of())));
              }
              return asked.stream().allMatch(Future::succeeded);
            });
  }
}
