package dev.swarm.control;

import dev.swarm.model.ClusterState;
import dev.swarm.model.Command;
import dev.swarm.model.ManagerInfo;
import dev.swarm.model.SwarmException;
import dev.swarm.model.TimeSource;
import dev.swarm.model.Worker;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** {@code /api/v1/cluster}, {@code /api/v1/managers} and what this manager says of itself. */
final class ManagersApi {
  private static final String PATH = "/api/v1/managers";
  private static final int MAX_BODY_BYTES = 16 << 10;

  private final Rendering rendering;
  private final Replica replica;
  private final ControlOptions options;
  private final Peers peers;
  private final Writes writes;

  ManagersApi(
      Vertx vertx,
      Rendering rendering,
      Replica replica,
      Writes writes,
      ControlOptions options,
      TimeSource time) {
    this.rendering = rendering;
    this.replica = replica;
    this.writes = writes;
    this.options = options;
    this.peers = new Peers(vertx, time, this::self);
  }

  void mount(Routes routes) {
    routes.get("/api/v1/cluster", this::cluster);
    routes.get(PATH, this::list);
    routes.get(PATH + "/:id", this::one);
    routes.put(PATH + "/:id/weight", MAX_BODY_BYTES, this::setWeight);
    routes.get(SelfView.PATH, ctx -> Future.succeededFuture(Answer.json(200, self().toJson())));
  }

  /** What this manager says of itself. */
  private SelfView self() {
    return new SelfView(
        options.manager(),
        options.cluster(),
        replica.role().term(),
        replica.leader(),
        replica.stateOrEmpty().index(),
        options.version());
  }

  private Future<Answer> cluster(RoutingContext ctx) {
    ClusterState state = replica.state();
    return peers
        .ask(state.managers().values())
        .map(
            views -> {
              int reachable =
                  (int) state.managers().keySet().stream().filter(views::containsKey).count();
              JsonObject body =
                  Views.cluster(state, replica.leader(), replica.role().term(), reachable);
              return Answer.json(200, body.put("cluster", options.cluster()));
            });
  }

  private Future<Answer> list(RoutingContext ctx) {
    new ListQuery(ctx.queryParams());
    ClusterState state = replica.state();
    return describe(state)
        .map(
            views -> {
              JsonArray all = new JsonArray();
              state.managers().values().forEach(manager -> all.add(views.get(manager.id())));
              return Answer.json(200, all);
            });
  }

  private Future<Answer> one(RoutingContext ctx) {
    return show(ctx.pathParam("id"));
  }

  private Future<Answer> setWeight(RoutingContext ctx) {
    String id = ctx.pathParam("id");
    JsonObject body = JsonBody.of(ctx);
    for (String key : body.fieldNames()) {
      if (key.equals("weight")) continue;
      throw SwarmException.badRequest(JsonText.unknownKey(key, List.of("weight")));
    }
    Object wanted = body.getValue("weight");
    if (!(wanted instanceof Integer || wanted instanceof Long)) {
      throw SwarmException.badRequest(
          "weight: " + wanted + " is not a whole number from 0 to " + ManagerInfo.MAX_WEIGHT);
    }
    long weight = ((Number) wanted).longValue();
    ManagerInfo.requireWeight(weight);
    return writes.commitOne(new Command.SetWeight(id, (int) weight)).compose(outcome -> show(id));
  }

  private Future<Answer> show(String id) {
    ClusterState state = replica.state();
    if (!state.managers().containsKey(id)) {
      throw new SwarmException(SwarmException.Kind.NOT_FOUND, "no manager " + id);
    }
    return describe(state).map(views -> Answer.json(200, views.get(id)));
  }

  private Future<Map<String, JsonObject>> describe(ClusterState state) {
    return peers
        .ask(state.managers().values())
        .compose(views -> rendering.render(() -> describe(state, views)));
  }

  private Map<String, JsonObject> describe(ClusterState state, Map<String, SelfView> views) {
    Map<String, Integer> workers = workersByManager(state);
    Map<String, JsonObject> described = new HashMap<>();
    for (ManagerInfo manager : state.managers().values()) {
      String id = manager.id();
      JsonObject view =
          Views.manager(
              manager, id.equals(replica.leader()), views.get(id), workers.getOrDefault(id, 0));
      described.put(id, view);
    }
    return described;
  }

  private static Map<String, Integer> workersByManager(ClusterState state) {
    Map<String, Integer> counts = new HashMap<>();
    for (Worker worker : state.workers().values()) {
      if (!worker.down()) counts.merge(worker.session().manager(), 1, Integer::sum);
    }
    return counts;
  }
}
