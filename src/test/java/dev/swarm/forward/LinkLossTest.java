package dev.swarm.forward;

import static dev.swarm.forward.LinkFixture.SOON;
import static dev.swarm.forward.LinkFixture.open;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.swarm.bus.Endpoints;
import dev.swarm.bus.Messages.Opens;
import dev.swarm.bus.Messages.Taken;
import dev.swarm.bus.Messages.Write;
import dev.swarm.model.Availability;
import dev.swarm.model.Command;
import dev.swarm.model.SwarmException;
import dev.swarm.model.SwarmException.Kind;
import dev.swarm.model.WorkerId;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is lost is noticed, told, and mended. */
class LinkLossTest {
  /** What the facts promise, and a little for a busy machine. */
  private static final Duration SILENCE_NOTICED = Duration.ofMillis(3_250);

  private static final Opens OPENS = new Opens(List.of(open("w1")), false);
  private static final Write WRITE =
      new Write(new Command.SetAvailability(new WorkerId("w1"), Availability.PAUSED, 5), false);

  private final LinkFixture fixture = new LinkFixture();

  @AfterEach
  void close() {
    fixture.close();
  }

  /** A leader that hears everything and never answers. */
  private void serveSilently() {
    fixture.serve(Endpoints.OPEN, (Opens asked) -> Promise.<Taken>promise().future());
    fixture.serve(Endpoints.WRITES, (Write asked) -> Promise.<Taken>promise().future());
  }

  private Future<Taken> ask() {
    return fixture.follower.request(Endpoints.OPEN, OPENS);
  }

  @Test
  void givenNoLinkYet_whenAsked_thenItIsNoLeaderAtOnce() {
    fixture.server.stop();
    fixture.dial(fixture.server.address());

    SwarmException failure = Answer.failureOf(ask());

    assertThat(failure.kind()).isEqualTo(Kind.NO_LEADER);
    assertThat(failure).hasMessageContaining("m1").hasMessageContaining(fixture.server.address());
  }

  @Test
  void givenPendingRequestsOnBothStreams_whenTheLeaderStops_thenTheyFailAtOnce() {
    serveSilently();
    fixture.link();
    Future<Taken> open = ask();
    Future<Taken> write = fixture.follower.request(Endpoints.WRITES, WRITE);
    await().atMost(SOON).until(() -> fixture.heard.size() == 2);

    fixture.server.stop();

    await().atMost(Duration.ofMillis(500)).until(() -> open.isComplete() && write.isComplete());
    assertThat(Answer.failureOf(open).kind()).isEqualTo(Kind.NO_LEADER);
    assertThat(Answer.failureOf(write).kind()).isEqualTo(Kind.NO_LEADER);
  }

  @Test
  void givenARequestWithoutAnswer_whenItsTimeIsOver_thenItIsGivenUpAndTheLinkStays() {
    serveSilently();
    fixture.link();
    Future<Taken> write = fixture.follower.request(Endpoints.WRITES, WRITE);
    await().atMost(SOON).until(() -> fixture.heard.size() == 1);

    fixture.skewNanos.set(TimeUnit.MILLISECONDS.toNanos(Endpoints.WRITES.timeoutMillis()));

    await().atMost(Duration.ofSeconds(2)).until(write::isComplete);
    assertThat(Answer.failureOf(write).kind()).isEqualTo(Kind.TIMEOUT);
    assertThat(fixture.links()).isEqualTo(1);
  }

  @Test
  void givenTheLeaderStopped_whenItIsBack_thenTheLinkIsBackWithinASecondOnOneConnection() {
    fixture.serveAll();
    fixture.link();
    fixture.server.stop();
    fixture.awaitLinks(0);

    fixture.server.start();

    await().atMost(Duration.ofSeconds(1)).until(() -> fixture.links() == 1);
    assertThat(Answer.of(ask()).outcome().index()).isEqualTo(12);
    assertThat(fixture.server.openConnections()).isEqualTo(1);
  }

  @Test
  void givenAConnectionThatSwallowsAll_whenItIsSilent_thenBothEndsNoticeAndTheLinkIsMended() {
    serveSilently();
    FlakyProxy proxy = new FlakyProxy(fixture.vertx, fixture.server.port());
    fixture.dial(proxy.address());
    fixture.awaitLinks(1);
    Future<Taken> write = fixture.follower.request(Endpoints.WRITES, WRITE);
    await().atMost(SOON).until(() -> fixture.heard.size() == 1);

    proxy.swallow(true);

    await().atMost(SILENCE_NOTICED).until(() -> fixture.links() == 0 && write.isComplete());
    assertThat(Answer.failureOf(write).kind()).isEqualTo(Kind.NO_LEADER);
    await().atMost(SILENCE_NOTICED).until(() -> fixture.server.openConnections() == 0);
    proxy.swallow(false);
    fixture.awaitLinks(1);
    assertThat(proxy.openConnections()).isEqualTo(1);
  }

  @Test
  void givenAnAddressThatAcceptsAndSaysNothing_whenDialled_thenNoConnectionIsLeftBehind() {
    FlakyProxy silent = new FlakyProxy(fixture.vertx, 0);
    fixture.dial(silent.address());

    for (int life = 1; life <= 3; life++) {
      int dialled = life;
      await()
          .atMost(Duration.ofSeconds(10))
          .pollInterval(Duration.ofMillis(5))
          .until(
              () -> {
                assertThat(silent.openConnections()).isLessThanOrEqualTo(1);
                return silent.acceptedConnections() >= dialled;
              });
      fixture.skewNanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(2_500));
    }
    assertThat(fixture.links()).isZero();
  }

  @Test
  void givenALink_whenTheForwarderIsUndeployed_thenConnectionRequestsAndMeterEnd() {
    serveSilently();
    fixture.link();
    Future<Taken> open = ask();
    await().atMost(SOON).until(() -> fixture.heard.size() == 1);

    fixture.undeploy();

    await().atMost(SOON).until(() -> fixture.server.openConnections() == 0);
    assertThat(Answer.failureOf(open).kind()).isEqualTo(Kind.NO_LEADER);
    assertThat(fixture.meters.find("swarm.forward.links").gauge()).isNull();
    assertThat(Answer.failureOf(ask()).kind()).isEqualTo(Kind.NO_LEADER);
    assertThat(fixture.server.acceptedConnections()).isEqualTo(1);
  }
}
