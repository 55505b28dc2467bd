package dev.swarm.sim;

import dev.swarm.bus.Endpoints;
import dev.swarm.bus.Messages.Authority;
import dev.swarm.bus.Messages.Propose;
import dev.swarm.bus.Messages.StateNews;
import dev.swarm.bus.Messages.StateView;
import dev.swarm.bus.Messages.Taken;
import dev.swarm.bus.SwarmBus;
import dev.swarm.bus.Topics;
import dev.swarm.model.ClusterInfo;
import dev.swarm.model.ClusterState;
import dev.swarm.model.Command;
import dev.swarm.model.SessionOpen;
import dev.swarm.model.SessionRef;
import dev.swarm.model.Settings;
import dev.swarm.model.SwarmException;
import dev.swarm.model.WorkerId;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** The other end of consensus' addresses: commits at once what it is asked to, on one replica. */
public final class FakeConsensus {
  private final SwarmBus bus;
  private final List<Command> proposals = new CopyOnWriteArrayList<>();
  private volatile ClusterState state = ClusterState.EMPTY;

  /** Whether a majority answers. */
  public volatile boolean authority = true;

  /** The term in which a majority answers. */
  public volatile long term = 1;

  /** How many proposals fail before the next one is committed. */
  public volatile int failures;

  /** A cluster with these settings whose first leader has begun its reign. */
  public FakeConsensus(SwarmBus bus, Settings settings) {
    this.bus = bus;
    write(new Command.BeginCluster(new ClusterInfo("demo", 1), settings, List.of()));
    write(new Command.BeginEpoch(1, "m1", 1));
  }

  /** Serves the addresses. */
  public Future<?> serve() {
    return Future.all(
        bus.serve(Endpoints.PROPOSE, this::propose),
        bus.serve(Endpoints.STATE, query -> Future.succeededFuture(new StateView(state))),
        bus.serve(
            Endpoints.AUTHORITY,
            query ->
                authority
                    ? Future.succeededFuture(new Authority(term, state.index()))
                    : Future.failedFuture(notLeader())));
  }

  private Future<Taken> propose(Propose propose) {
    proposals.add(propose.command());
    if (failures > 0) {
      failures--;
      return Future.failedFuture(notLeader());
    }
    return Future.succeededFuture(write(propose.command()));
  }

  private static SwarmException notLeader() {
    return new SwarmException(SwarmException.Kind.NOT_LEADER, "no majority");
  }

  /** Commits and publishes. */
  public synchronized Taken write(Command command) {
    var applied = state.apply(state.index() + 1, List.of(command));
    state = applied.state();
    bus.publish(Topics.STATE, new StateNews(state, applied.changes(), false));
    return new Taken(applied.outcomes().get(0));
  }

  /** Commits all of it elsewhere, and has it installed here as a snapshot. */
  public synchronized void jump(Command... commands) {
    for (Command command : commands) {
      state = state.apply(state.index() + 1, List.of(command)).state();
    }
    bus.publish(Topics.STATE, new StateNews(state, List.of(), true));
  }

  /** The worker opens a session; it is UP. */
  public SessionRef open(String worker) {
    write(new Command.OpenSessions(state.epoch().number(), List.of(wish(worker)), 1));
    return state.workers().get(new WorkerId(worker)).ref();
  }

  /** A wish for a session. */
  public static SessionOpen wish(String worker) {
    return new SessionOpen(new WorkerId(worker), 1, 1, "m1", 1, "", Map.of(), 10);
  }

  /** Waits for an answer. */
  public static <T> T get(Future<T> future) {
    return future.toCompletionStage().toCompletableFuture().orTimeout(10, TimeUnit.SECONDS).join();
  }

  /** The newest state. */
  public ClusterState state() {
    return state;
  }

  /** Everything that was proposed, committed or not. */
  public List<Command> proposals() {
    return proposals;
  }
}
