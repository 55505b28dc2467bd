package dev.swarm.control;

import dev.swarm.bus.Endpoints;
import dev.swarm.bus.Messages.Promote;
import dev.swarm.bus.SwarmBus;
import dev.swarm.model.ClusterState;
import dev.swarm.model.Command;
import dev.swarm.model.ManagerInfo;
import dev.swarm.model.ManagerState;
import dev.swarm.model.ManagerStep;
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
import java.util.concurrent.TimeUnit;

/** {@code /api/v1/cluster}, {@code /api/v1/managers} and what this manager says of itself. */
final class ManagersApi {
  private static final String PATH = "/api/v1/managers";
  private static final int MAX_BODY_BYTES = 16 << 10;
  private static final long PROMOTION_SECONDS = 5;
  private static final long LOOK_MILLIS = 50;

  private final Vertx vertx;
  private final SwarmBus bus;
  private final TimeSource time;
  private final Rendering rendering;
  private final Replica replica;
  private final ControlOptions options;
  private final Peers peers;
  private final Writes writes;

  ManagersApi(
      Vertx vertx,
      SwarmBus bus,
      Rendering rendering,
      Replica replica,
      Writes writes,
      ControlOptions options,
      TimeSource time) {
    this.vertx = vertx;
    this.bus = bus;
    this.time = time;
    this.rendering = rendering;
    this.replica = replica;
    this.writes = writes;
    this.options = options;
    this.peers = new Peers(vertx, time, this::self);
  }

  /** Closes the connections to the other managers. */
  Future<Void> close() {
    return peers.close();
  }

  void mount(Routes routes) {
    routes.get("/api/v1/cluster", this::cluster);
    routes.get(PATH, this::list);
    routes.get(PATH + "/:id", this::one);
    routes.delete(PATH + "/:id", new Removals(replica, peers, writes)::remove);
    routes.put(PATH + "/:id/weight", MAX_BODY_BYTES, this::setWeight);
    routes.post(PATH + "/:id/drain", MAX_BODY_BYTES, this::drain);
    routes.post(PATH + "/:id/activate", MAX_BODY_BYTES, this::activate);
    routes.post(PATH + "/:id/promote", MAX_BODY_BYTES, this::promote);
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

  private Future<Answer> drain(RoutingContext ctx) {
    JsonObject body = known(JsonBody.of(ctx), "leave");
    Object leave = body.getValue("leave", false);
    if (!(leave instanceof Boolean)) {
      throw SwarmException.badRequest("leave: " + leave + " is neither true nor false");
    }
    if (Boolean.FALSE.equals(leave)) return step(ctx, ManagerStep.DRAIN);
    ClusterState state = replica.state();
    ManagerInfo leaving = state.managers().get(ctx.pathParam("id"));
    if (leaving == null) throw noManager(ctx.pathParam("id"));
    return peers
        .ask(state.managers().values())
        .map(views -> Removals.problem(state, leaving, views.keySet()))
        .compose(
            problem -> {
              if (problem == null) return step(ctx, ManagerStep.RETIRE);
              throw new SwarmException(SwarmException.Kind.CONFLICT, problem);
            });
  }

  private Future<Answer> activate(RoutingContext ctx) {
    known(JsonBody.of(ctx));
    return step(ctx, ManagerStep.ACTIVATE);
  }

  private Future<Answer> step(RoutingContext ctx, ManagerStep step) {
    String id = ctx.pathParam("id");
    return writes.commitOne(new Command.StepManager(id, step)).compose(outcome -> show(id));
  }

  /** The answer of a leader that hands over may be lost with its leadership: who leads tells. */
  private Future<Answer> promote(RoutingContext ctx) {
    known(JsonBody.of(ctx));
    String id = ctx.pathParam("id");
    ManagerInfo manager = replica.state().managers().get(id);
    if (manager == null) throw noManager(id);
    if (id.equals(replica.leader())) return show(id);
    if (manager.state() != ManagerState.ACTIVE) {
      String text = "manager " + id + " is " + manager.state() + " and would hand over at once";
      throw new SwarmException(SwarmException.Kind.CONFLICT, text + "; activate it first");
    }
    long deadline = time.nanos() + TimeUnit.SECONDS.toNanos(PROMOTION_SECONDS);
    return bus.request(Endpoints.PROMOTE, new Promote(id, false))
        .transform(
            answered ->
                answered.failed() && refused(answered.cause())
                    ? Future.failedFuture(answered.cause())
                    : leads(id, deadline, answered.cause()))
        .compose(leads -> show(id));
  }

  private static boolean refused(Throwable failure) {
    return failure instanceof SwarmException expected
        && switch (expected.kind()) {
          case CONFLICT, NOT_FOUND, BAD_REQUEST, DENIED, OVERLOADED -> true;
          case NO_LEADER, NOT_LEADER, STALE_SESSION, TIMEOUT -> false;
        };
  }

  private Future<Void> leads(String id, long deadline, Throwable answer) {
    if (id.equals(replica.leader())) return Future.succeededFuture();
    if (time.nanos() - deadline < 0) {
      return vertx.timer(LOOK_MILLIS).compose(later -> leads(id, deadline, answer));
    }
    String text = "manager " + id + " did not become the leader in " + PROMOTION_SECONDS + " s";
    return Future.failedFuture(
        answer != null ? answer : new SwarmException(SwarmException.Kind.TIMEOUT, text));
  }

  private static JsonObject known(JsonObject body, String... keys) {
    for (String key : body.fieldNames()) {
      if (List.of(keys).contains(key)) continue;
      throw SwarmException.badRequest(JsonText.unknownKey(key, List.of(keys)));
    }
    return body;
  }

  private static SwarmException noManager(String id) {
    return new SwarmException(SwarmException.Kind.NOT_FOUND, "no manager " + id);
  }

  private Future<Answer> setWeight(RoutingContext ctx) {
    String id = ctx.pathParam("id");
    JsonObject body = known(JsonBody.of(ctx), "weight");
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
    if (!state.managers().containsKey(id)) throw noManager(id);
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
