package dev.swarm.wire;

import dev.swarm.model.SwarmException;
import io.vertx.grpc.common.GrpcStatus;

/** The one place where a failure's kind becomes a gRPC status. */
public final class GrpcFailures {
  private GrpcFailures() {}

  /** The status for any failure: a bug tells the peer nothing but INTERNAL. */
  public static GrpcStatus status(Throwable failure) {
    if (!(failure instanceof SwarmException expected)) return GrpcStatus.INTERNAL;
    return switch (expected.kind()) {
      case NO_LEADER, NOT_LEADER -> GrpcStatus.UNAVAILABLE;
      case STALE_SESSION, CONFLICT -> GrpcStatus.ABORTED;
      case OVERLOADED -> GrpcStatus.RESOURCE_EXHAUSTED;
      case NOT_FOUND -> GrpcStatus.NOT_FOUND;
      case BAD_REQUEST -> GrpcStatus.INVALID_ARGUMENT;
      case DENIED -> GrpcStatus.PERMISSION_DENIED;
      case TIMEOUT -> GrpcStatus.DEADLINE_EXCEEDED;
    };
  }

  /** The text for any failure: a bug tells the peer nothing. */
  public static String text(Throwable failure) {
    return failure instanceof SwarmException ? failure.getMessage() : "internal error";
  }
}
