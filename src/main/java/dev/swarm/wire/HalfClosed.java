package dev.swarm.wire;

import dev.swarm.edge.Caller;
import io.vertx.core.Vertx;
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
    int patienceMillis = Caller.of(request.connection()).helloMillis();
    long timer = vertx.setTimer(patienceMillis, late -> request.response().cancel());
    request.errorHandler(cancelled -> vertx.cancelTimer(timer));
    request.end().onComplete(ended -> vertx.cancelTimer(timer));
  }
}
