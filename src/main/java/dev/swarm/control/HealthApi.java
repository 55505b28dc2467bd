package dev.swarm.control;

import dev.swarm.bus.Messages.GuardChanged;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.healthchecks.CheckResult;
import io.vertx.ext.healthchecks.HealthChecks;
import io.vertx.ext.healthchecks.Status;

/** {@code /health} and {@code /metrics}: for machines that watch. */
final class HealthApi {
  private static final long CHECK_MILLIS = 3_000;

  private final Rendering rendering;
  private final PrometheusMeterRegistry meters;
  private final HealthChecks live;
  private final HealthChecks ready;

  HealthApi(Vertx vertx, Rendering rendering, Replica replica, PrometheusMeterRegistry meters) {
    this.rendering = rendering;
    this.meters = meters;
    // That the event loop turns is shown by the answer itself.
    live = HealthChecks.create(vertx).register("event-loop", check -> check.complete(Status.OK()));
    ready =
        HealthChecks.create(vertx)
            .register("member", check -> check.complete(member(replica)))
            .register("role", check -> check.complete(role(replica)))
            .register("leader-known", check -> check.complete(leaderKnown(replica)))
            .register("leader-heard", check -> check.complete(leaderHeard(replica)))
            .register(
                "state",
                CHECK_MILLIS,
                check ->
                    replica
                        .check()
                        .map(view -> Status.OK())
                        .otherwise(failure -> down(failure.getMessage()))
                        .onComplete(check));
  }

  private static Status member(Replica replica) {
    String waitsFor = replica.waitsFor();
    return waitsFor.isEmpty() ? Status.OK() : down(waitsFor);
  }

  private static Status role(Replica replica) {
    GuardChanged guard = replica.guard();
    return switch (guard.state()) {
      case UP -> Status.OK();
      case IMPAIRED, NO_PROPOSALS -> Status.OK(new JsonObject().put("reason", guard.reason()));
      case DOWN -> down(guard.reason());
    };
  }

  private static Status leaderKnown(Replica replica) {
    return replica.leader() == null
        ? down("no leader is known at term " + replica.role().term())
        : Status.OK(new JsonObject().put("leader", replica.leader()));
  }

  private static Status leaderHeard(Replica replica) {
    int alone = replica.alone();
    return alone == 0
        ? Status.OK()
        : down(alone + " dispatchers hear from no leader: they open no sessions");
  }

  private static Status down(String reason) {
    return Status.KO(new JsonObject().put("reason", reason));
  }

  void mount(Routes routes) {
    routes.get("/health/live", ctx -> answer(live));
    routes.get("/health/ready", ctx -> answer(ready));
    routes.get("/metrics", ctx -> metrics());
  }

  private static Future<Answer> answer(HealthChecks checks) {
    return checks
        .checkStatus()
        .map(
            result -> {
              JsonObject body = result.toJson();
              body.remove("outcome");
              return Answer.json(CheckResult.isUp(result) ? 200 : 503, body);
            });
  }

  private Future<Answer> metrics() {
    return rendering.render(
        () ->
            Answer.of(
                200, "text/plain; version=0.0.4; charset=utf-8", Buffer.buffer(meters.scrape())));
  }
}
