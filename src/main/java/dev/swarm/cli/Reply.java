package dev.swarm.cli;

import dev.swarm.config.Address;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a manager answered.
 *
 * @param link the {@code Link} header; empty when there is none
 */
record Reply(Address from, int status, byte[] body, String link) {
  private static final Pattern NEXT = Pattern.compile("<([^>]+)>;\\s*rel=\"?next\"?");

  JsonObject object() {
    try {
      return new JsonObject(text());
    } catch (DecodeException | ClassCastException e) {
      throw notOurs();
    }
  }

  List<JsonObject> objects() {
    try {
      return new JsonArray(text()).stream().map(JsonObject.class::cast).toList();
    } catch (DecodeException | ClassCastException e) {
      throw notOurs();
    }
  }

  /** The address of the next page, or null. */
  String next() {
    Matcher matcher = NEXT.matcher(link);
    return matcher.find() ? matcher.group(1) : null;
  }

  /** What a refusal says of itself; one that says nothing is not from a manager. */
  JsonObject problem() {
    try {
      JsonObject problem = new JsonObject(text());
      if (problem.getString("kind") != null) return problem;
    } catch (DecodeException | ClassCastException e) {
      // told below
    }
    throw notOurs();
  }

  private String text() {
    return new String(body, StandardCharsets.UTF_8);
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
