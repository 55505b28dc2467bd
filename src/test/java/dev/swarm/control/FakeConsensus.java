package dev.swarm.control;

import dev.swarm.bus.Endpoints;
import dev.swarm.bus.Messages.Role;
import dev.swarm.bus.Messages.RoleChanged;
import dev.swarm.bus.Messages.StateNews;
import dev.swarm.bus.Messages.StateView;
import dev.swarm.bus.Messages.Taken;
import dev.swarm.bus.SwarmBus;
import dev.swarm.bus.Topics;
import dev.swarm.model.ClusterState;
import dev.swarm.model.Command;
import dev.swarm.model.Outcome;
import dev.swarm.model.SwarmException;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;

/** The other end of the bus: really applies commands, and publishes what comes of it. */
final class FakeConsensus extends VerticleBase {
  private final SwarmBus bus;
  private ClusterState state = ClusterState.EMPTY;

  /** Every command that arrived as a write. */
  final List<Command> written = new CopyOnWriteArrayList<>();

  /** Fails writes before they are applied; null lets one pass. */
  final AtomicReference<Function<Command, SwarmException>> refuse =
      new AtomicReference<>(command -> null);

  /** Fails writes after they were applied; null lets one pass. */
  final AtomicReference<Function<Command, SwarmException>> forget =
      new AtomicReference<>(command -> null);

  /** How long this manager's own state lags behind the answer to a write. */
  volatile long lagMillis;

  FakeConsensus(SwarmBus bus) {
    this.bus = bus;
  }

  @Override
  public Future<?> start() {
    return Future.all(
        bus.serve(Endpoints.STATE, query -> Future.succeededFuture(new StateView(state()))),
        bus.serve(Endpoints.WRITES, write -> onWrite(write.command())));
  }

  private Future<Taken> onWrite(Command command) {
    written.add(command);
    SwarmException refusal = refuse.get().apply(command);
    if (refusal != null) return Future.failedFuture(refusal);
    Outcome outcome = apply(command);
    SwarmException forgotten = forget.get().apply(command);
    if (forgotten != null) return Future.failedFuture(forgotten);
    return Future.succeededFuture(new Taken(outcome));
  }

  /** As if a leader elsewhere had it committed. */
  synchronized Outcome apply(Command command) {
    ClusterState.Applied applied = state.apply(state.index() + 1, List.of(command));
    state = applied.state();
    StateNews news = new StateNews(state, applied.changes(), false);
    if (lagMillis == 0) {
      bus.publish(Topics.STATE, news);
    } else {
      vertx.setTimer(lagMillis, timer -> bus.publish(Topics.STATE, news));
    }
    return applied.outcomes().get(0);
  }

  synchronized ClusterState state() {
    return state;
  }

  void lead(String leader, long term) {
    Role role = leader.equals("m1") ? Role.LEADER : Role.FOLLOWER;
    bus.publish(Topics.ROLE, new RoleChanged(role, leader, term));
  }
}
