package dev.swarm.cli;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Hands tasks to a manager. Each has a key, so a part that is sent twice counts once. */
final class Submission {
  private static final int MAX_TASKS = 500;
  private static final int MAX_BYTES = 1 << 20;

  private final Api api;
  private final List<JsonObject> accepted = new ArrayList<>();
  private final List<JsonObject> refused = new ArrayList<>();

  Submission(Api api) {
    this.api = api;
  }

  /** Submits all, and returns the ids of those taken; fails when none is. */
  Set<String> submit(List<JsonObject> tasks) {
    if (tasks.size() == 1) send("application/json", Json.line(tasks.get(0)));
    else sendInParts(tasks);
    if (accepted.isEmpty() && !refused.isEmpty()) throw refusal(refused.get(0));
    var ids = new LinkedHashSet<String>();
    accepted.forEach(task -> ids.add(task.getString("id")));
    return ids;
  }

  List<JsonObject> accepted() {
    return accepted;
  }

  List<JsonObject> refused() {
    return refused;
  }

  private void sendInParts(List<JsonObject> tasks) {
    var part = new StringBuilder();
    int inPart = 0;
    for (JsonObject task : tasks) {
      part.append(Json.line(task)).append('\n');
      if (++inPart < MAX_TASKS && part.length() < MAX_BYTES) continue;
      send("application/x-ndjson", part.toString());
      part.setLength(0);
      inPart = 0;
    }
    if (inPart > 0) send("application/x-ndjson", part.toString());
  }

  private void send(String contentType, String body) {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    JsonObject answer = api.call("POST", TaskCommand.PATH, contentType, bytes).object();
    objects(answer, "tasks", accepted);
    objects(answer, "refused", refused);
  }

  private static void objects(JsonObject answer, String key, List<JsonObject> into) {
    answer.getJsonArray(key, new JsonArray()).forEach(item -> into.add((JsonObject) item));
  }

  private static CliException refusal(JsonObject refusal) {
    String kind = refusal.getString("kind", "REFUSED");
    return new CliException(
        kind, Exit.of(kind), refusal.getString("message", "refused"), List.of(), null);
  }
}
