package dev.swarm.control;

import dev.swarm.model.Command;
import dev.swarm.model.Settings;
import dev.swarm.model.SwarmException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;

/** {@code /api/v1/settings}: what the managers agree on. */
final class SettingsApi {
  private static final String PATH = "/api/v1/settings";
  private static final int MAX_BODY_BYTES = 16 << 10;

  /** How often a change that names no version is made again from newer settings. */
  private static final int MAX_TRIES = 5;

  private static final long LAG_MILLIS = 100;

  private final Vertx vertx;
  private final Replica replica;
  private final Writes writes;
  private final long leastTtlMillis;

  SettingsApi(Vertx vertx, Replica replica, Writes writes, long leastTtlMillis) {
    this.vertx = vertx;
    this.replica = replica;
    this.writes = writes;
    this.leastTtlMillis = leastTtlMillis;
  }

  void mount(Routes routes) {
    routes.get(PATH, ctx -> Future.succeededFuture(show()));
    routes.put(PATH, MAX_BODY_BYTES, this::change);
  }

  private Answer show() {
    Settings settings = replica.state().settings();
    return Answer.json(200, SettingsText.toJson(settings))
        .with("ETag", "\"" + settings.version() + "\"");
  }

  private Future<Answer> change(RoutingContext ctx) {
    JsonObject body = JsonBody.of(ctx);
    long expected = expectedVersion(ctx.request().getHeader(HttpHeaders.IF_MATCH), body);
    body.remove("version");
    return change(body, expected, MAX_TRIES).map(changed -> show());
  }

  /** Puts the patch over the settings as they are here; again when they were changed meanwhile. */
  private Future<?> change(JsonObject patch, long expected, int tries) {
    Settings current = replica.state().settings();
    Settings next = SettingsText.merge(current, patch);
    requireWorkable(next);
    if (expected > current.version() && tries > 1) { // seen on another manager, not yet here
      return vertx.timer(LAG_MILLIS).compose(later -> change(patch, expected, tries - 1));
    }
    if (expected != 0 && expected != current.version()) {
      return Future.failedFuture(
          new SwarmException(
              SwarmException.Kind.CONFLICT,
              "settings are at version " + current.version() + ", not " + expected));
    }
    if (next.agreesWith(current)) return Future.succeededFuture();
    return writes
        .commitOne(new Command.ChangeSettings(next, current.version()))
        .<Void>mapEmpty()
        .recover(
            failure -> {
              if (!conflict(failure)) return Future.failedFuture(failure);
              // A write that was tried twice may have met itself.
              boolean ours =
                  replica.state().settings().agreesWith(next.withVersion(current.version() + 1));
              if (ours) return Future.succeededFuture();
              return expected == 0 && tries > 1
                  ? change(patch, expected, tries - 1).mapEmpty()
                  : Future.failedFuture(failure);
            });
  }

  private static boolean conflict(Throwable failure) {
    return failure instanceof SwarmException expected
        && expected.kind() == SwarmException.Kind.CONFLICT;
  }

  private void requireWorkable(Settings settings) {
    long ttlMillis = settings.heartbeat().leastTtlMillis();
    if (ttlMillis >= leastTtlMillis) return;
    throw SwarmException.badRequest(
        "heartbeat.period × heartbeat.ttlMultiplier: "
            + ttlMillis
            + " ms must be at least "
            + leastTtlMillis
            + " ms, six times the longest election time-out");
  }

  /** The version that the client saw, from header or body; 0 when it names none. */
  private static long expectedVersion(String ifMatch, JsonObject body) {
    Object inBody = body.getValue("version");
    long named = inBody == null ? 0 : version("version", inBody.toString());
    if (ifMatch == null || ifMatch.trim().equals("*")) return named;
    long inHeader = version("If-Match", ifMatch.trim().replace("\"", ""));
    if (named != 0 && named != inHeader) {
      throw SwarmException.badRequest("If-Match names version " + inHeader + ", the body " + named);
    }
    return inHeader;
  }

  private static long version(String where, String text) {
    if (text.matches("[1-9]\\d{0,17}")) return Long.parseLong(text);
    throw SwarmException.badRequest(where + ": " + text + " is not a version, 1 or more");
  }
}
