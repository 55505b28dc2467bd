package dev.swarm.consensus.formation;

import dev.swarm.model.SwarmException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.grpc.server.GrpcServer;
import java.util.function.Consumer;

/**
 * Says who this manager is on the port of its Raft server, as long as that does not run: those it
 * asks to be let in make sure that it can be reached there.
 */
final class Doorbell {
  private final HttpServer server;
  private final FormationOptions.Door door;

  Doorbell(Vertx vertx, FormationOptions.Door door, Consumer<GrpcServer> service) {
    this.door = door;
    GrpcServer grpc = GrpcServer.server(vertx);
    service.accept(grpc);
    server =
        vertx
            .createHttpServer(
                new HttpServerOptions().setHost(door.raftHost()).setPort(door.raftPort()))
            .requestHandler(grpc);
  }

  Future<?> open() {
    return server
        .listen()
        .recover(
            failure ->
                Future.failedFuture(
                    new SwarmException(
                        SwarmException.Kind.CONFLICT,
                        "raft port "
                            + door.raftHost()
                            + ":"
                            + door.raftPort()
                            + " cannot be used, is it in use? "
                            + failure.getMessage())));
  }

  Future<?> close() {
    return server.close();
  }
}
