package dev.swarm.membership;

import static dev.swarm.sim.FakeConsensus.get;

import dev.swarm.v1.FounderAnswer;
import dev.swarm.wire.GrpcMethods;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.grpc.server.GrpcServer;

/** A real gRPC server on a free port of this machine. */
final class Asked {
  final GrpcServer grpc;
  final String address;

  private Asked(Vertx vertx) {
    grpc = GrpcServer.server(vertx);
    HttpServer server =
        get(
            vertx
                .createHttpServer(new HttpServerOptions().setHost("127.0.0.1").setPort(0))
                .requestHandler(grpc)
                .listen());
    address = "127.0.0.1:" + server.actualPort();
  }

  static Asked start(Vertx vertx) {
    return new Asked(vertx);
  }

  /** Says that this manager of cluster demo is here, with this folder. */
  Asked is(String manager, String nonce) {
    FounderAnswer answer =
        FounderAnswer.newBuilder().setCluster("demo").setManager(manager).setNonce(nonce).build();
    grpc.callHandler(
        GrpcMethods.FOUNDING_SERVER,
        request -> request.handler(question -> request.response().end(answer)));
    return this;
  }
}
