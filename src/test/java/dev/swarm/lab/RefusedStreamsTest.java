package dev.swarm.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.swarm.edge.Edge;
import dev.swarm.model.EdgeLimits;
import dev.swarm.model.TimeSource;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpServerOptions;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Requests that the HTTP/2 layer refuses by itself: they are counted like all others. */
class RefusedStreamsTest {
  private static final int STREAMS = 4;
  private static final int HEADER_BYTES = 1_024;

  private final Vertx vertx = Vertx.vertx();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final RawHttp2 caller;

  RefusedStreamsTest() throws IOException {
    TimeSource time = new TimeSource(System::nanoTime, System::currentTimeMillis);
    Http2Settings settings =
        new Http2Settings().setMaxConcurrentStreams(STREAMS).setMaxHeaderListSize(HEADER_BYTES);
    int port =
        Edge.ofApi(EdgeLimits.DEFAULT, time, meters)
            .server(vertx, new HttpServerOptions().setInitialSettings(settings))
            .requestHandler(left -> {})
            .listen(0, "127.0.0.1")
            .await()
            .actualPort();
    caller = new RawHttp2("127.0.0.1", port);
    caller.listen((type, flags, stream, payload) -> {});
    caller.greet(0, 0);
  }

  @AfterEach
  void close() {
    caller.close();
    vertx.close().await();
  }

  private double refused(String reason) {
    return meters.get("swarm.edge.refused").tag("reason", reason).counter().count();
  }

  private void call(int number, String... headers) throws IOException {
    caller.call(1 + 2 * number, "/any", headers);
    caller.flush();
  }

  @Test
  void givenAsManyRequestsAsThereMayBe_thenEachFurtherOneIsCounted() throws IOException {
    for (int i = 0; i < STREAMS; i++) call(i);
    call(STREAMS);
    call(STREAMS + 1);

    await().until(() -> refused("streams") == 2);
    assertThat(refused("headers")).isZero();
    assertThat(caller.closed()).isFalse();
  }

  @Test
  void givenHeadersOverTheLimit_thenTheyAreCounted() throws IOException {
    call(0, "x", "y".repeat(HEADER_BYTES));

    await().until(() -> refused("headers") == 1);
    assertThat(refused("streams")).isZero();
    assertThat(caller.closed()).isFalse();
  }
}
