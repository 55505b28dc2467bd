package dev.swarm.cli;

import dev.swarm.config.Address;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a manager answered.
 *
 * @param link the {@code Link} header; empty when there is none
 * @param digest the {@code Repr-Digest} header; empty when there is none
 */
record Reply(Address from, int status, byte[] body, String link, String digest) {
  private static final Pattern NEXT = Pattern.compile("<([^>]+)>;\\s*rel=\"?next\"?");

  JsonObject object() {
    if (json() instanceof JsonObject object) return object;
    throw notOurs();
  }

  List<JsonObject> objects() {
    if (json() instanceof JsonArray array
        && array.stream().allMatch(item -> item instanceof JsonObject)) {
      return array.stream().map(JsonObject.class::cast).toList();
    }
    throw notOurs();
  }

  /** The address of the next page, or null. */
  String next() {
    Matcher matcher = NEXT.matcher(link);
    return matcher.find() ? matcher.group(1) : null;
  }

  /** What a refusal says of itself; one that says nothing is not from a manager. */
  JsonObject problem() {
    JsonObject problem = object();
    if (problem.getValue("kind") instanceof String) return problem;
    throw notOurs();
  }

  private Object json() {
    try {
      return Json.read(body);
    } catch (IllegalArgumentException e) {
      throw notOurs();
    }
  }

  private CliException notOurs() {
    return new CliException(
        "UNEXPECTED",
        Exit.REFUSED,
        "the answer of " + from + " (HTTP " + status + ") is not one of a Swarm manager",
        List.of(from.toString()),
        "--endpoints takes the http addresses of managers");
  }
}
