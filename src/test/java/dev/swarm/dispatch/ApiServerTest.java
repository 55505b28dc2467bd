package dev.swarm.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.swarm.edge.Edge;
import dev.swarm.model.EdgeLimits;
import dev.swarm.model.TimeSource;
import dev.swarm.sim.ImpatientEdge;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpVersion;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Strangers whose calls are refused at the door, and who leave them open. */
class ApiServerTest {
  private final Vertx vertx = Vertx.vertx();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final TimeSource time = new TimeSource(System::nanoTime, System::currentTimeMillis);
  private final EdgeLimits limits = ImpatientEdge.limits(10, 10, 700, 700);

  /** Held: one that nobody holds is closed. */
  private HttpClient client;

  @AfterEach
  void stop() throws Exception {
    finish(vertx.close());
  }

  private static <T> T finish(Future<T> future) throws Exception {
    return future.await(5, TimeUnit.SECONDS);
  }

  private HttpClientRequest open(String contentType, String encoding) throws Exception {
    DispatchOptions options = new DispatchOptions("demo", "m1", 1, "127.0.0.1", 0, limits);
    Edge edge = Edge.ofApi(limits, time, meters);
    HttpServer server =
        finish(ApiServer.http(vertx, options, edge, ApiServer.grpc(vertx)).listen());
    client =
        vertx.createHttpClient(
            new HttpClientOptions()
                .setProtocolVersion(HttpVersion.HTTP_2)
                .setHttp2ClearTextUpgrade(false));
    return finish(
            client.request(HttpMethod.POST, server.actualPort(), "127.0.0.1", "/no.Such/Method"))
        .putHeader("content-type", contentType)
        .putHeader("grpc-encoding", encoding)
        .setChunked(true);
  }

  @ParameterizedTest
  @CsvSource({
    "application/json, identity, 415",
    "application/grpc, gzip, 200",
    "application/grpc, identity, 200"
  })
  void givenARefusedCallThatIsLeftOpen_thenItIsAnsweredAndDoesNotKeepItsPlace(
      String contentType, String encoding, int status) throws Exception {
    HttpClientRequest stranger = open(contentType, encoding);
    AtomicBoolean closed = new AtomicBoolean();
    stranger.connection().closeHandler(gone -> closed.set(true));
    Future<HttpClientResponse> answered = stranger.response();

    finish(stranger.sendHead());

    assertThat(finish(answered).statusCode()).isEqualTo(status);
    await().untilTrue(closed);
    assertThat(meters.get("swarm.edge.refused").tag("reason", "request").counter().count())
        .isEqualTo(1);
  }
}
