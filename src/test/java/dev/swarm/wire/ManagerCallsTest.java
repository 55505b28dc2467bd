package dev.swarm.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.swarm.v1.FounderAnswer;
import dev.swarm.v1.FounderQuestion;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.net.SocketAddress;
import io.vertx.grpc.server.GrpcServer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Questions to a real server. */
class ManagerCallsTest {
  private static final int PATIENCE_MILLIS = 5_000;

  private final Vertx vertx = Vertx.vertx();
  private final AtomicInteger connections = new AtomicInteger();

  @AfterEach
  void stop() throws Exception {
    vertx.close().await(5, TimeUnit.SECONDS);
  }

  private SocketAddress listen() throws Exception {
    GrpcServer grpc = GrpcServer.server(vertx);
    SingleQuestion.serve(
        grpc,
        GrpcMethods.FOUNDING_SERVER,
        question -> Future.succeededFuture(FounderAnswer.getDefaultInstance()));
    HttpServer server =
        vertx
            .createHttpServer()
            .connectionHandler(opened -> connections.incrementAndGet())
            .requestHandler(grpc);
    int port = server.listen(0, "127.0.0.1").await(5, TimeUnit.SECONDS).actualPort();
    return SocketAddress.inetSocketAddress(port, "127.0.0.1");
  }

  @Test
  void givenQuestionsThatFollowOneAnother_thenNoConnectionGrowsOld_andEachIsAnswered()
      throws Exception {
    SocketAddress manager = listen();
    ManagerCalls calls = new ManagerCalls(vertx, PATIENCE_MILLIS, PATIENCE_MILLIS);

    await()
        .pollInterval(Duration.ofMillis(130))
        .until(
            () -> {
              assertThat(ask(calls, manager).await(5, TimeUnit.SECONDS)).isNotNull();
              return connections.get() == 2;
            });
  }

  private static Future<FounderAnswer> ask(ManagerCalls calls, SocketAddress manager) {
    return calls.ask(manager, GrpcMethods.FOUNDING_CLIENT, FounderQuestion.getDefaultInstance());
  }
}
