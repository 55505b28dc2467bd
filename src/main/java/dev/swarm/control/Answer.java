package dev.swarm.control;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.Map;

/** What goes back to the client. */
record Answer(int status, String contentType, Buffer body, Map<String, String> headers) {
  static final String JSON = "application/json";

  static Answer of(int status, String contentType, Buffer body) {
    return new Answer(status, contentType, body, Map.of());
  }

  static Answer json(int status, JsonObject body) {
    return of(status, JSON, body.toBuffer());
  }

  static Answer json(int status, JsonArray body) {
    return of(status, JSON, body.toBuffer());
  }

  /** The same with one more header. */
  Answer with(String name, String value) {
    Map<String, String> more = new LinkedHashMap<>(headers);
    more.put(name, value);
    return new Answer(status, contentType, body, more);
  }

  void send(HttpServerResponse response) {
    if (response.ended() || response.closed()) return;
    response
        .setStatusCode(status)
        .putHeader(HttpHeaders.CONTENT_TYPE, contentType)
        .putHeader("X-Content-Type-Options", "nosniff");
    headers.forEach(response::putHeader);
    response.end(body);
  }
}
