package dev.swarm.wire;

import dev.swarm.edge.Caller;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.grpc.server.GrpcServerRequest;

/**
 * A stream that we have ended and whose caller may not: it would count as a request under way, and
 * keep its connection for ever.
 */
public final class HalfClosed {
  private HalfClosed() {}

  /** Resets what the caller leaves open of it; it has as long for that as for a Hello. */
  public static void resetLater(Vertx vertx, GrpcServerRequest<?, ?> request) {
    if (request.end().isComplete()) return;
    long timer = later(vertx, request.connection(), request.response()::cancel);
    request.errorHandler(cancelled -> vertx.cancelTimer(timer));
    request.end().onComplete(ended -> vertx.cancelTimer(timer));
  }

  /** The same of one that was refused before it came to a gRPC server. */
  public static void resetLater(Vertx vertx, HttpServerRequest request) {
    if (request.isEnded()) return;
    long timer = later(vertx, request.connection(), request.response()::reset);
    request.exceptionHandler(cancelled -> vertx.cancelTimer(timer));
    request.endHandler(ended -> vertx.cancelTimer(timer));
  }

  private static long later(Vertx vertx, HttpConnection connection, Runnable reset) {
    return vertx.setTimer(Caller.of(connection).helloMillis(), late -> reset.run());
  }
}
