package dev.swarm.control;

import dev.swarm.model.ClusterState;
import dev.swarm.model.Command;
import dev.swarm.model.ManagerInfo;
import dev.swarm.model.ManagerState;
import dev.swarm.model.SwarmException;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Set;

/** Takes managers out of the group. */
final class Removals {
  private static final String FORCE = "force";

  private final Replica replica;
  private final Peers peers;
  private final Writes writes;

  Removals(Replica replica, Peers peers, Writes writes) {
    this.replica = replica;
    this.peers = peers;
    this.writes = writes;
  }

  /** Answers with the manager as it leaves: a moment later there is no record of it. */
  Future<Answer> remove(RoutingContext ctx) {
    String id = ctx.pathParam("id");
    boolean force = force(ctx);
    ClusterState state = replica.state();
    ManagerInfo manager = state.managers().get(id);
    if (manager == null) {
      throw new SwarmException(SwarmException.Kind.NOT_FOUND, "no manager " + id);
    }
    return peers
        .ask(state.managers().values())
        .compose(
            views -> {
              String problem = force ? null : problem(state, manager, views.keySet());
              if (problem != null) {
                throw new SwarmException(SwarmException.Kind.CONFLICT, problem);
              }
              return writes.commitOne(new Command.RemoveManager(id, manager.member()));
            })
        .map(
            outcome -> {
              boolean leads = id.equals(replica.leader());
              ManagerInfo leaving = manager.in(ManagerState.LEAVING);
              JsonObject view = Views.manager(leaving, leads, null, 0);
              return Answer.json(200, view);
            });
  }

  private static boolean force(RoutingContext ctx) {
    for (String key : ctx.queryParams().names()) {
      if (key.equals(FORCE)) continue;
      throw SwarmException.badRequest(JsonText.unknownKey(key, List.of(FORCE)));
    }
    String said = ctx.queryParams().get(FORCE);
    if (said == null || said.equals("false")) return false;
    if (said.equals("true")) return true;
    throw SwarmException.badRequest(FORCE + ": " + said + " is neither true nor false");
  }

  /**
   * Why the others could not go on without this manager; null when they can. That it is not the
   * last one is seen to where the removal is committed.
   *
   * @param reachable ids of the managers that answer
   */
  static String problem(ClusterState state, ManagerInfo leaving, Set<String> reachable) {
    if (!leaving.state().votes()) return null;
    List<String> rest =
        state.managers().values().stream()
            .filter(manager -> manager.state().votes() && !manager.id().equals(leaving.id()))
            .map(ManagerInfo::id)
            .toList();
    long there = rest.stream().filter(reachable::contains).count();
    if (rest.isEmpty() || there > rest.size() / 2) return null;
    return "without manager "
        + leaving.id()
        + " there would be no quorum: of "
        + rest
        + " only "
        + there
        + " can be reached, "
        + (rest.size() / 2 + 1)
        + " are needed; `manager rm --force` removes it all the same, when they are there again";
  }
}
