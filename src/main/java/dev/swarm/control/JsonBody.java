package dev.swarm.control;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.HttpException;
import java.util.Locale;

/** A request body that must be one JSON object, and say so. */
final class JsonBody {
  private JsonBody() {}

  /** The body that was gathered; throws 415 for another content type, BAD_REQUEST for no JSON. */
  static JsonObject of(RoutingContext ctx) {
    requireType(ctx, Answer.JSON);
    Buffer body = ctx.body().buffer();
    return JsonText.object(body);
  }

  /** The content type, lower case, without parameters. */
  static String typeOf(RoutingContext ctx) {
    String type = ctx.request().getHeader(HttpHeaders.CONTENT_TYPE);
    return type == null ? "" : type.split(";", 2)[0].trim().toLowerCase(Locale.ROOT);
  }

  private static void requireType(RoutingContext ctx, String wanted) {
    if (!typeOf(ctx).equals(wanted)) throw wrongType(wanted);
  }

  /** Other content types are refused, also because a foreign page could have them sent. */
  static HttpException wrongType(String wanted) {
    return new HttpException(415, "the content type must be " + wanted);
  }
}
