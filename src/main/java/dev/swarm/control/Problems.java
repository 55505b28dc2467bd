package dev.swarm.control;

import dev.swarm.model.SwarmException;
import dev.swarm.model.SwarmException.Kind;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.handler.HttpException;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one place where a failure becomes an HTTP answer, after RFC 9457. */
final class Problems {
  static final String CONTENT_TYPE = "application/problem+json";

  private static final Logger log = LoggerFactory.getLogger(Problems.class);
  private static final int DEFAULT_RETRY_MILLIS = 1_000;

  private Problems() {}

  /** The answer to a failed request. */
  static Answer of(Throwable failure) {
    return of(failure, new JsonObject());
  }

  /** The answer to a failed request, with further facts beside the usual ones. */
  static Answer of(Throwable failure, JsonObject facts) {
    if (failure instanceof SwarmException expected) {
      Answer answer =
          problem(statusOf(expected.kind()), expected.kind().name(), expected.getMessage(), facts);
      int retryMillis = retryMillis(expected);
      return retryMillis == 0
          ? answer
          : answer.with("Retry-After", Integer.toString((retryMillis + 999) / 1000));
    }
    if (failure instanceof HttpException http && http.getStatusCode() < 500) {
      String detail = http.getPayload() == null ? http.getMessage() : http.getPayload();
      return problem(http.getStatusCode(), kindOf(http.getStatusCode()), detail, facts);
    }
    log.error("bug: a request failed", failure);
    return problem(500, "INTERNAL", "internal error; the manager's log says more", facts);
  }

  private static Answer problem(int status, String kind, String detail, JsonObject facts) {
    JsonObject body =
        new JsonObject()
            .put("type", "urn:swarm:problem:" + kind.toLowerCase(Locale.ROOT).replace('_', '-'))
            .put("title", HttpResponseStatus.valueOf(status).reasonPhrase())
            .put("status", status)
            .put("kind", kind)
            .put("detail", detail)
            .mergeIn(facts);
    return Answer.of(status, CONTENT_TYPE, body.toBuffer());
  }

  static int statusOf(Kind kind) {
    return switch (kind) {
      case NO_LEADER, NOT_LEADER -> 503;
      case STALE_SESSION, CONFLICT -> 409;
      case OVERLOADED -> 429;
      case NOT_FOUND -> 404;
      case BAD_REQUEST -> 400;
      case DENIED -> 403;
      case TIMEOUT -> 504;
    };
  }

  private static int retryMillis(SwarmException failure) {
    if (failure.retryAfterMillis() > 0) return failure.retryAfterMillis();
    return switch (failure.kind()) {
      case NO_LEADER, NOT_LEADER, OVERLOADED -> DEFAULT_RETRY_MILLIS;
      case STALE_SESSION, CONFLICT, NOT_FOUND, BAD_REQUEST, DENIED, TIMEOUT -> 0;
    };
  }

  /** What a failure of HTTP itself, unknown to the rest of the program, is nearest to. */
  private static String kindOf(int status) {
    return (status == 404 ? Kind.NOT_FOUND : Kind.BAD_REQUEST).name();
  }
}
