package dev.swarm.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.swarm.edge.Edge;
import dev.swarm.model.TimeSource;
import dev.swarm.sim.ImpatientEdge;
import dev.swarm.v1.FounderAnswer;
import dev.swarm.v1.FounderQuestion;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.StreamResetException;
import io.vertx.grpc.server.GrpcServer;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Strangers who ask badly, or nothing, at a server behind an edge that gives them 300 ms. */
class SingleQuestionTest {
  private final Vertx vertx = Vertx.vertx();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final TimeSource time = new TimeSource(System::nanoTime, System::currentTimeMillis);
  private final AtomicInteger asked = new AtomicInteger();
  private final AtomicBoolean closed = new AtomicBoolean();
  private Promise<FounderAnswer> answer = Promise.promise();
  private HttpClientRequest stranger;

  /** Held: one that nobody holds is closed. */
  private HttpClient client;

  private Future<HttpClientResponse> ended;

  @BeforeEach
  void start() throws Exception {
    answer.complete(FounderAnswer.getDefaultInstance());
    GrpcServer grpc = GrpcServer.server(vertx);
    SingleQuestion.serve(grpc, GrpcMethods.FOUNDING_SERVER, this::answer);
    HttpServer server =
        Edge.ofApi(ImpatientEdge.limits(), time, meters)
            .server(vertx, new HttpServerOptions())
            .requestHandler(grpc);
    int port = await(server.listen(0, "127.0.0.1")).actualPort();
    client =
        vertx.createHttpClient(
            new HttpClientOptions()
                .setProtocolVersion(HttpVersion.HTTP_2)
                .setHttp2ClearTextUpgrade(false));
    stranger = await(client.request(HttpMethod.POST, port, "127.0.0.1", "/swarm.v1.Founding/Ask"));
    stranger.connection().closeHandler(gone -> closed.set(true));
    stranger
        .putHeader("content-type", "application/grpc")
        .putHeader("grpc-encoding", GrpcMethods.UNCOMPRESSED)
        .setChunked(true);
    ended = stranger.response().compose(begun -> begun.end().map(begun));
    await(stranger.sendHead());
  }

  @AfterEach
  void stop() throws Exception {
    await(vertx.close());
  }

  private static <T> T await(Future<T> future) throws Exception {
    return future.await(5, TimeUnit.SECONDS);
  }

  private Future<FounderAnswer> answer(FounderQuestion question) {
    asked.incrementAndGet();
    return answer.future();
  }

  private void say(int flag, byte... message) throws Exception {
    await(
        stranger.write(
            Buffer.buffer()
                .appendByte((byte) flag)
                .appendInt(message.length)
                .appendBytes(message)));
  }

  private String status() throws Exception {
    HttpClientResponse response = await(ended);
    String trailer = response.getTrailer("grpc-status");
    return trailer == null ? response.getHeader("grpc-status") : trailer;
  }

  private double refused(String reason) {
    return meters.get("swarm.edge.refused").tag("reason", reason).counter().count();
  }

  @Test
  void givenACallWithoutAQuestion_whenItsTimeIsUp_thenTheStrangerLosesItsConnection()
      throws Exception {
    assertThat(status()).as("deadline exceeded").isEqualTo("4");

    assertThat(refused("hello")).isEqualTo(1);
    Awaitility.await().untilTrue(closed);
  }

  @Test
  void givenACallThatEndsWithoutAQuestion_thenTheStrangerLosesItsConnection() throws Exception {
    await(stranger.end());

    assertThat(status()).as("invalid argument").isEqualTo("3");
    Awaitility.await().untilTrue(closed);
    assertThat(refused("hello")).isEqualTo(1);
  }

  @Test
  void givenAQuestion_whenItsCallIsLeftOpen_thenItIsAnsweredAndThenReset() throws Exception {
    Promise<Throwable> reset = Promise.promise();
    stranger.exceptionHandler(reset::tryComplete);

    say(0);

    assertThat(status()).isEqualTo("0");
    assertThat(await(reset.future())).isInstanceOf(StreamResetException.class);
    assertThat(meters.get("swarm.edge.refused").counters())
        .allMatch(refused -> refused.count() == 0);
  }

  @Test
  void givenAQuestionThatIsBeingAnswered_whenAnotherComesInTheCall_thenItIsAnOffence()
      throws Exception {
    answer = Promise.promise();

    say(0);
    say(0);

    assertThat(status()).as("invalid argument").isEqualTo("3");
    assertThat(refused("messages")).isEqualTo(1);
    assertThat(asked).hasValue(1);
  }

  @Test
  void givenAnUnreadableQuestion_thenItIsAnOffence() throws Exception {
    say(0, (byte) 0x07, (byte) 0x07);

    assertThat(status()).as("invalid argument").isEqualTo("3");
    assertThat(refused("malformed")).isEqualTo(1);
    assertThat(asked).hasValue(0);
  }

  @Test
  void givenACompressedQuestion_thenItIsAnOffence() throws Exception {
    say(1);

    assertThat(status()).as("invalid argument").isEqualTo("3");
    assertThat(refused("compression")).isEqualTo(1);
    assertThat(asked).hasValue(0);
  }
}
