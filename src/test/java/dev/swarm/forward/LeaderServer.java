package dev.swarm.forward;

import dev.swarm.model.Limits;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.grpc.server.GrpcServer;
import io.vertx.grpc.server.GrpcServerOptions;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The api server of a manager with nothing but the link on it; counts connections. */
final class LeaderServer {
  private final Vertx vertx;
  private final LinkService service;
  private final Set<HttpConnection> open = ConcurrentHashMap.newKeySet();
  private final AtomicInteger accepted = new AtomicInteger();
  private HttpServer server;
  private int port;

  LeaderServer(Vertx vertx, LinkService service) {
    this.vertx = vertx;
    this.service = service;
  }

  /** Listens, on the same port as before when there was one. */
  void start() {
    GrpcServer grpc =
        GrpcServer.server(
            vertx, new GrpcServerOptions().setMaxMessageSize(Limits.MAX_MESSAGE_BYTES));
    service.mount(grpc);
    server =
        vertx
            .createHttpServer(
                new HttpServerOptions()
                    .setHost("127.0.0.1")
                    .setPort(port)
                    .setHttp2ConnectionWindowSize(16 << 20))
            .connectionHandler(this::count)
            .requestHandler(grpc);
    port = Answer.of(server.listen()).actualPort();
  }

  private void count(HttpConnection connection) {
    accepted.incrementAndGet();
    open.add(connection);
    connection.closeHandler(closed -> open.remove(connection));
  }

  void stop() {
    Answer.of(server.shutdown(0, TimeUnit.SECONDS));
  }

  String address() {
    return "127.0.0.1:" + port;
  }

  int port() {
    return port;
  }

  int openConnections() {
    return open.size();
  }

  int acceptedConnections() {
    return accepted.get();
  }
}
