package dev.swarm.control;

import dev.swarm.model.Availability;
import dev.swarm.model.ClusterState;
import dev.swarm.model.Command;
import dev.swarm.model.SwarmException;
import dev.swarm.model.TimeSource;
import dev.swarm.model.Worker;
import dev.swarm.model.WorkerId;
import dev.swarm.model.WorkerStatus;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** {@code /api/v1/workers}. */
final class WorkersApi {
  private static final String PATH = "/api/v1/workers";
  private static final int MAX_BODY_BYTES = 16 << 10;

  private final Rendering rendering;
  private final Replica replica;
  private final Writes writes;
  private final TimeSource time;

  WorkersApi(Rendering rendering, Replica replica, Writes writes, TimeSource time) {
    this.rendering = rendering;
    this.replica = replica;
    this.writes = writes;
    this.time = time;
  }

  void mount(Routes routes) {
    routes.get(PATH, this::list);
    routes.get(PATH + "/:id", this::one);
    routes.put(PATH + "/:id/availability", MAX_BODY_BYTES, this::setAvailability);
  }

  private Future<Answer> list(RoutingContext ctx) {
    ListQuery query = new ListQuery(ctx.queryParams(), "status", "label", "manager");
    Set<WorkerStatus> statuses = query.anyOf("status", WorkerStatus.class);
    Map<String, String> labels = query.labels();
    Set<String> managers = query.anyOf("manager");
    WorkerId after = query.after() == null ? null : new WorkerId(query.after());
    ClusterState state = replica.state();
    return rendering.render(
        () ->
            Page.of(
                    (after == null ? state.workers() : state.workers().tailMap(after, false))
                        .entrySet(),
                    query.limit(),
                    worker ->
                        statuses.contains(state.statusOf(worker))
                            && (managers.isEmpty() || managers.contains(worker.session().manager()))
                            && worker.labels().entrySet().containsAll(labels.entrySet()),
                    worker -> Views.worker(worker, state))
                .toAnswer(PATH, query));
  }

  private Future<Answer> one(RoutingContext ctx) {
    return Future.succeededFuture(show(new WorkerId(ctx.pathParam("id"))));
  }

  private Answer show(WorkerId id) {
    ClusterState state = replica.state();
    Worker worker = state.workers().get(id);
    if (worker == null) {
      throw new SwarmException(SwarmException.Kind.NOT_FOUND, "no worker " + id);
    }
    return Answer.json(200, Views.workerInFull(worker, state));
  }

  private Future<Answer> setAvailability(RoutingContext ctx) {
    WorkerId id = new WorkerId(ctx.pathParam("id"));
    JsonObject body = JsonBody.of(ctx);
    for (String key : body.fieldNames()) {
      if (key.equals("availability")) continue;
      throw SwarmException.badRequest(JsonText.unknownKey(key, List.of("availability")));
    }
    Object wanted = body.getValue("availability");
    Availability availability =
        ListQuery.constant("availability", String.valueOf(wanted), Availability.class);
    return writes
        .commitOne(new Command.SetAvailability(id, availability, time.millis()))
        .map(outcome -> show(id));
  }
}
