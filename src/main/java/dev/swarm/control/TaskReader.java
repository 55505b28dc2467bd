package dev.swarm.control;

import dev.swarm.model.Bytes;
import dev.swarm.model.Limits;
import dev.swarm.model.SwarmException;
import dev.swarm.model.TaskId;
import dev.swarm.model.TaskSpec;
import dev.swarm.model.TimeSource;
import dev.swarm.model.WorkerId;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.random.RandomGenerator;

/** Reads a task as a client writes it. */
final class TaskReader {
  /** Runs a task that names no kind. */
  static final String DEFAULT_KIND = "process";

  private static final List<String> KEYS =
      List.of("name", "kind", "payload", "payloadBase64", "worker", "key", "maxAttempts");

  private static final int ID_BYTES = 10;

  private final RandomGenerator random;
  private final TimeSource time;

  TaskReader(RandomGenerator random, TimeSource time) {
    this.random = random;
    this.time = time;
  }

  /** The task asked for; throws BAD_REQUEST. One without a key gets a random one. */
  TaskSpec read(JsonObject json) {
    for (String key : json.fieldNames()) requireKnown(key);
    String kind = text(json, "kind", DEFAULT_KIND);
    String worker = text(json, "worker", null);
    String key = text(json, "key", null);
    if (key == null) key = randomKey();
    if (key.isEmpty()) throw SwarmException.badRequest("key: must not be empty");
    return new TaskSpec(
        idOf(key),
        key,
        text(json, "name", kind),
        kind,
        payload(json),
        worker == null ? null : new WorkerId(worker),
        attempts(json.getValue("maxAttempts")),
        time.millis());
  }

  /** The same key is the same task, on every manager and for ever. */
  static TaskId idOf(String key) {
    byte[] hash = sha256().digest(key.getBytes(StandardCharsets.UTF_8));
    return new TaskId("t-" + HexFormat.of().formatHex(hash, 0, ID_BYTES));
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private String randomKey() {
    byte[] bytes = new byte[16];
    random.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  private static void requireKnown(String key) {
    if (KEYS.contains(key)) return;
    if (key.equals("constraints") || key.equals("slots")) {
      throw SwarmException.badRequest(
          key + ": not possible in this version; name a worker, or leave it out to let any run it");
    }
    throw SwarmException.badRequest(JsonText.unknownKey(key, KEYS));
  }

  private static String text(JsonObject json, String key, String missing) {
    Object value = json.getValue(key);
    if (value == null) return missing;
    if (value instanceof String text) return text;
    throw SwarmException.badRequest(key + ": must be a text");
  }

  private static int attempts(Object value) {
    if (value == null) return TaskSpec.DEFAULT_ATTEMPTS;
    if (value instanceof Integer attempts) return attempts;
    throw SwarmException.badRequest(
        "maxAttempts: must be a whole number, 1.." + Limits.MAX_ATTEMPTS);
  }

  private static Bytes payload(JsonObject json) {
    Object value = json.getValue("payload");
    String base64 = text(json, "payloadBase64", null);
    if (value != null && base64 != null) {
      throw SwarmException.badRequest("payload and payloadBase64: only one of them is possible");
    }
    if (base64 != null) return Bytes.wrap(decoded(base64));
    if (value == null) return Bytes.EMPTY;
    if (value instanceof String text) return Bytes.wrap(text.getBytes(StandardCharsets.UTF_8));
    if (value instanceof JsonObject object) return Bytes.wrap(object.toBuffer().getBytes());
    if (value instanceof JsonArray array) return Bytes.wrap(array.toBuffer().getBytes());
    throw SwarmException.badRequest("payload: must be an object, an array or a text");
  }

  private static byte[] decoded(String base64) {
    try {
      return Base64.getDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      throw SwarmException.badRequest("payloadBase64: is not Base64: " + e.getMessage());
    }
  }
}
