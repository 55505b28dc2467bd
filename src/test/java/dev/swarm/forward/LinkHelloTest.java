package dev.swarm.forward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.swarm.bus.SwarmBus;
import dev.swarm.edge.Edge;
import dev.swarm.model.TimeSource;
import dev.swarm.sim.ImpatientEdge;
import dev.swarm.v1.LinkHello;
import dev.swarm.v1.LinkUp;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpVersion;
import io.vertx.grpc.server.GrpcServer;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Strangers who open a link and leave it at that, behind an edge that gives them 300 ms. */
class LinkHelloTest {
  private final Vertx vertx = Vertx.vertx();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final TimeSource time = new TimeSource(System::nanoTime, System::currentTimeMillis);
  private final AtomicBoolean closed = new AtomicBoolean();
  private final HttpClientRequest stranger;

  /** Held: one that nobody holds is closed. */
  private final HttpClient client;

  LinkHelloTest() {
    GrpcServer grpc = GrpcServer.server(vertx);
    new LinkService("demo", "m1", new SwarmBus(vertx, "m1"), time, meters).mount(grpc);
    HttpServer server =
        Edge.ofApi(ImpatientEdge.limits(), time, meters)
            .server(vertx, new HttpServerOptions())
            .requestHandler(grpc);
    int port = Answer.of(server.listen(0, "127.0.0.1")).actualPort();
    client =
        vertx.createHttpClient(
            new HttpClientOptions()
                .setProtocolVersion(HttpVersion.HTTP_2)
                .setHttp2ClearTextUpgrade(false));
    stranger = Answer.of(client.request(HttpMethod.POST, port, "127.0.0.1", "/swarm.v1.Link/Open"));
    stranger.connection().closeHandler(gone -> closed.set(true));
    stranger.putHeader("content-type", "application/grpc").setChunked(true);
    Answer.of(stranger.sendHead());
  }

  @AfterEach
  void close() {
    Answer.of(vertx.close());
  }

  private double refused(String reason) {
    return meters.get("swarm.edge.refused").tag("reason", reason).counter().count();
  }

  @Test
  void givenACallerThatSaysNothing_whenItsTimeIsUp_thenItIsCountedAndLosesItsConnection() {
    await().atMost(LinkFixture.SOON).untilTrue(closed);

    assertThat(refused("hello")).isEqualTo(1);
  }

  @Test
  void givenACallerThatWasRefused_whenItLeavesItsStreamOpen_thenThatIsReset() {
    AtomicBoolean reset = new AtomicBoolean();
    stranger.exceptionHandler(failure -> reset.set(true));
    LinkHello hello = LinkHello.newBuilder().setCluster("other").setManager("m2").build();
    byte[] bytes = LinkUp.newBuilder().setSeq(1).setHello(hello).build().toByteArray();

    Answer.of(
        stranger.write(
            Buffer.buffer().appendByte((byte) 0).appendInt(bytes.length).appendBytes(bytes)));

    await().atMost(LinkFixture.SOON).untilTrue(reset);
    assertThat(refused("hello")).as("a first offence").isEqualTo(1);
  }
}
