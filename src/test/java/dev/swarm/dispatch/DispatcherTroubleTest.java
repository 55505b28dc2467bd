package dev.swarm.dispatch;

import static dev.swarm.dispatch.Given.W1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.swarm.bus.Messages.GuardChanged;
import dev.swarm.bus.Messages.GuardState;
import dev.swarm.bus.SwarmBus;
import dev.swarm.bus.Topics;
import dev.swarm.model.Command.SubmitTasks;
import dev.swarm.model.Limits;
import dev.swarm.model.SwarmException;
import dev.swarm.model.WorkerId;
import dev.swarm.v1.DisconnectReason;
import dev.swarm.v1.ManagerMessage.BodyCase;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.grpc.client.GrpcClient;
import io.vertx.grpc.common.GrpcStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Silence, stubbornness and absence, with a TTL of 600 ms. */
class DispatcherTroubleTest {
  private DispatcherFixture fixture;

  /** Held: one that nobody holds is closed. */
  private final List<HttpClient> clients = new ArrayList<>();

  @BeforeEach
  void start() throws Exception {
    fixture = new DispatcherFixture(DispatcherFixture.FAST);
  }

  @AfterEach
  void stop() throws Exception {
    fixture.close();
  }

  @Test
  void givenAWorkerThatIsSilentForATtl_thenItsConnectionIsDropped() {
    FakeWorker silent = fixture.welcomed("w1");

    await().until(silent::disconnected);

    assertThat(silent.all(BodyCase.DISCONNECT).get(0).getDisconnect().getReason())
        .isEqualTo(DisconnectReason.DISCONNECT_REASON_TOO_SLOW);
    assertThat(fixture.count("swarm.session.closes", "reason", "slow")).isEqualTo(1);
  }

  @Test
  void givenAWorkerThatBeatsButDoesNotRead_thenItIsDisconnectedAfterATtl() {
    FakeWorker slow = fixture.welcomed("w1");
    slow.pause();
    for (int i = 0; i < 40; i++) {
      fixture.managers.apply(
          new SubmitTasks(List.of(Given.spec("t" + i, W1, Limits.MAX_PAYLOAD_BYTES))));
    }
    long[] seq = {0};
    long beating = fixture.vertx.setPeriodic(250, tick -> slow.beat(++seq[0]));

    await().until(() -> fixture.gauge("swarm.sessions") == 0);
    fixture.vertx.cancelTimer(beating);

    assertThat(seq[0]).isPositive();
    assertThat(fixture.count("swarm.session.closes", "reason", "slow")).isEqualTo(1);
    assertThat(fixture.gauge("swarm.dispatch.pending.changes")).isZero();
  }

  @Test
  void givenNoNewsFromALeader_thenWorkersAreAdvisedOnceAndNobodyIsTakenIn() {
    List<FakeWorker> workers = new ArrayList<>();
    for (int i = 0; i < 5; i++) workers.add(fixture.welcomed("w" + i));
    long[] seq = {0};
    long beating =
        fixture.vertx.setPeriodic(
            250,
            tick -> {
              seq[0]++;
              workers.forEach(worker -> worker.beat(seq[0]));
            });
    fixture.managers.failure = new SwarmException(SwarmException.Kind.NO_LEADER, "no leader");

    for (FakeWorker worker : workers) {
      await().until(() -> !worker.all(BodyCase.MOVE).isEmpty());
      assertThat(worker.all(BodyCase.MOVE).get(0).getMove().getTarget()).isEmpty();
    }
    assertThat(fixture.gauge("swarm.dispatch.alone")).isEqualTo(1);
    await().until(() -> !fixture.managers.heard.isEmpty());
    assertThat(fixture.managers.heard.get(fixture.managers.heard.size() - 1)).isFalse();
    FakeWorker late = fixture.dial("late", 5, 1);
    await().until(late::disconnected);
    assertThat(late.all(BodyCase.DISCONNECT).get(0).getDisconnect().getReason())
        .isEqualTo(DisconnectReason.DISCONNECT_REASON_UNAVAILABLE);

    fixture.managers.failure = null;
    await().until(() -> fixture.gauge("swarm.dispatch.alone") == 0);
    await().until(() -> fixture.managers.heard.get(fixture.managers.heard.size() - 1));
    DispatcherFixture.welcomed(fixture.dial("late", 5, 2));
    fixture.vertx.cancelTimer(beating);
    for (FakeWorker worker : workers) {
      assertThat(worker.all(BodyCase.MOVE)).hasSize(1);
      assertThat(worker.disconnected()).isFalse();
    }
  }

  @Test
  void givenAManagerThatIsShutOut_thenItsWorkersAreAdvisedThoughALeaderAnswers() {
    FakeWorker worker = fixture.welcomed("w1");
    SwarmBus bus = new SwarmBus(fixture.vertx, Given.MANAGER);

    bus.publish(Topics.GUARD, new GuardChanged(GuardState.DOWN, "its log is closed"));

    await().until(() -> !worker.all(BodyCase.MOVE).isEmpty());
    bus.publish(Topics.GUARD, new GuardChanged(GuardState.UP, ""));
    await().until(() -> fixture.gauge("swarm.dispatch.alone") == 0);
  }

  @Test
  void givenAStreamThatSaysNothing_thenItIsClosedAfterFiveSeconds() throws Exception {
    HttpClient http = http();
    var request = session(http);
    request.putHeader("content-type", "application/grpc").setChunked(true).sendHead();
    var response = request.response();
    // On the same connection: once it is answered, the silent stream has arrived.
    session(http).putHeader("grpc-encoding", "gzip").send().await(5, TimeUnit.SECONDS);
    fixture.pass(Duration.ofMillis(4_000));
    await().during(Duration.ofMillis(600)).until(() -> !response.isComplete());

    fixture.pass(Duration.ofMillis(1_000));

    assertThat(response.await(2, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
  }

  @Test
  void givenACompressedMessage_thenItIsRefusedBeforeItIsInflated() throws Exception {
    var request = session(http());
    request.putHeader("content-type", "application/grpc").putHeader("grpc-encoding", "gzip");

    var response = request.send(Buffer.buffer()).await(5, TimeUnit.SECONDS);

    assertThat(response.getHeader("grpc-status")).isEqualTo("12");
    assertThat(response.getHeader("grpc-message")).contains("identity");
  }

  @Test
  void givenBytesThatAreNoMessage_thenOnlyThatStreamEnds() {
    FakeWorker worker = fixture.welcomed("w1");
    FakeWorker other = fixture.welcomed("w2");
    worker.garble();

    await().until(() -> worker.status == GrpcStatus.INVALID_ARGUMENT);
    other.beat(1);
    await().until(() -> !other.all(BodyCase.PONG).isEmpty());
  }

  @Test
  void givenAMessageOverTheLimit_thenOnlyThatStreamEnds() {
    FakeWorker worker = fixture.welcomed("w1");
    FakeWorker other = fixture.welcomed("w2");
    worker.report(1, "t0", 2 << 20);

    await().until(() -> worker.status == GrpcStatus.RESOURCE_EXHAUSTED);
    other.beat(1);
    await().until(() -> !other.all(BodyCase.PONG).isEmpty());
  }

  @Test
  void givenBytesThatAreNoMessageForTheThirdTime_thenTheConnectionIsClosed() {
    GrpcClient connection = fixture.client();
    FakeWorker bystander = welcomed(connection, "w0");
    for (int i = 1; i <= 3; i++) welcomed(connection, "w" + i).garble();

    await().until(() -> bystander.lost);

    assertThat(fixture.count("swarm.edge.refused", "reason", "malformed")).isEqualTo(3);
  }

  @Test
  void givenWorkersThatHangUpWhileTheyAreWrittenTo_thenOthersOfTheirConnectionWorkOn() {
    GrpcClient connection = fixture.client();
    FakeWorker stays = welcomed(connection, "w0");
    for (int i = 1; i <= 20; i++) {
      FakeWorker leaves = welcomed(connection, "w" + i);
      leaves.beat(1);
      leaves.hangUp();
      fixture.managers.apply(
          new SubmitTasks(List.of(Given.spec("t" + i, new WorkerId("w" + i), 100_000))));
    }
    await().until(() -> fixture.gauge("swarm.sessions") == 1);

    stays.beat(1);

    await().until(() -> !stays.all(BodyCase.PONG).isEmpty());
    assertThat(stays.lost).isFalse();
  }

  private FakeWorker welcomed(GrpcClient connection, String id) {
    FakeWorker worker = new FakeWorker(id);
    worker.dial(connection, fixture.dispatcher.port());
    return DispatcherFixture.welcomed(worker);
  }

  @Test
  void givenAHelloOverItsLimit_thenItIsRefusedWithTheLimitAndTheConnectionGoes() {
    FakeWorker large = new FakeWorker("w1");
    fixture.dial(large, large.hello(5, 1).setDescription("x".repeat(65_536)).build());

    await().until(large::disconnected);
    assertThat(large.all(BodyCase.DISCONNECT).get(0).getDisconnect().getText())
        .contains("more than 65536");
    await().until(() -> fixture.count("swarm.edge.refused", "reason", "hello") == 1);
  }

  private HttpClientRequest session(HttpClient http) throws Exception {
    return http.request(
            HttpMethod.POST, fixture.dispatcher.port(), "127.0.0.1", "/swarm.v1.Dispatcher/Session")
        .await(5, TimeUnit.SECONDS);
  }

  private HttpClient http() {
    HttpClient client =
        fixture.vertx.createHttpClient(
            new HttpClientOptions()
                .setProtocolVersion(HttpVersion.HTTP_2)
                .setHttp2ClearTextUpgrade(false));
    clients.add(client);
    return client;
  }
}
