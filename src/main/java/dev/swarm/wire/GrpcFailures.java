package dev.swarm.wire;

import dev.swarm.model.SwarmException;
import io.vertx.core.MultiMap;
import io.vertx.grpc.common.GrpcStatus;

/** The one place where a failure's kind becomes a gRPC status. */
public final class GrpcFailures {
  /** The trailer in which gRPC servers say when to come again, in milliseconds. */
  public static final String RETRY_AFTER = "grpc-retry-pushback-ms";

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

  /** What the trailers say of when to come again, in milliseconds; 0 when nothing. */
  public static int retryAfterMillis(MultiMap trailers) {
    String told = trailers == null ? null : trailers.get(RETRY_AFTER);
    return told != null && told.matches("\\d{1,9}") ? Integer.parseInt(told) : 0;
  }

  /** The text for any failure: a bug tells the peer nothing. */
  public static String text(Throwable failure) {
    return failure instanceof SwarmException ? failure.getMessage() : "internal error";
  }
}
