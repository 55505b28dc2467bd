package dev.swarm.worker;

import dev.swarm.model.Bytes;
import dev.swarm.model.SwarmException;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * What a process task asks for: {@code {"command": ["sh", "-c", "wc -c"], "stdin": "…"}}.
 *
 * @param command the program and its arguments; no shell unless it is named
 * @param stdin what the program reads
 */
record ProcessPayload(List<String> command, byte[] stdin) {

  /** Reads a payload; throws BAD_REQUEST that says what is wrong with it. */
  static ProcessPayload read(Bytes payload) {
    JsonObject json = json(payload);
    for (String key : json.fieldNames()) {
      if (!key.equals("command") && !key.equals("stdin")) {
        throw SwarmException.badRequest("payload: unknown key '" + key + "'");
      }
    }
    Object stdin = json.getValue("stdin", "");
    if (!(stdin instanceof String text)) throw SwarmException.badRequest("stdin must be a text");
    return new ProcessPayload(
        command(json.getValue("command")), text.getBytes(StandardCharsets.UTF_8));
  }

  private static JsonObject json(Bytes payload) {
    try {
      return new JsonObject(Buffer.buffer(payload.array()));
    } catch (DecodeException | ClassCastException malformed) {
      throw SwarmException.badRequest("payload is not a JSON object");
    }
  }

  private static List<String> command(Object value) {
    if (!(value instanceof JsonArray array) || array.isEmpty()) {
      throw SwarmException.badRequest("command must be a list of a program and its arguments");
    }
    List<String> command = new ArrayList<>();
    for (Object word : array) {
      if (!(word instanceof String text) || text.indexOf('\0') >= 0) {
        throw SwarmException.badRequest("command must hold texts only");
      }
      command.add(text);
    }
    if (command.get(0).isEmpty()) throw SwarmException.badRequest("command names no program");
    return List.copyOf(command);
  }
}
