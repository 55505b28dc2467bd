package dev.swarm.control;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.swarm.model.SwarmException;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonObject;
import java.util.Collection;

/** Reads what a client sent as JSON; says where it is not. */
final class JsonText {
  private JsonText() {}

  /** The object in the text; throws BAD_REQUEST with line and column when there is none. */
  static JsonObject object(Buffer text) {
    if (text == null || text.length() == 0) throw SwarmException.badRequest("the body is empty");
    try {
      Object value = Json.decodeValue(text);
      if (value instanceof JsonObject object) return object;
    } catch (DecodeException e) {
      throw SwarmException.badRequest("not JSON" + where(e));
    }
    throw SwarmException.badRequest("not a JSON object");
  }

  private static String where(DecodeException failure) {
    if (!(failure.getCause() instanceof JsonProcessingException cause)) {
      return ": " + failure.getMessage();
    }
    return " at line "
        + cause.getLocation().getLineNr()
        + ", column "
        + cause.getLocation().getColumnNr()
        + ": "
        + cause.getOriginalMessage();
  }

  /** What to say of a key that is not known here. */
  static String unknownKey(String path, Collection<String> allowed) {
    return path + ": unknown key, allowed are " + String.join(", ", allowed);
  }
}
