package dev.swarm.rebalance;

import dev.swarm.bus.Endpoints;
import dev.swarm.bus.EventKind;
import dev.swarm.bus.Messages.AskedMove;
import dev.swarm.bus.Messages.Done;
import dev.swarm.bus.Messages.HandOver;
import dev.swarm.bus.Messages.Happened;
import dev.swarm.bus.Messages.Links;
import dev.swarm.bus.Messages.LinksQuery;
import dev.swarm.bus.Messages.Moves;
import dev.swarm.bus.Messages.Promote;
import dev.swarm.bus.Messages.Propose;
import dev.swarm.bus.Messages.StateNews;
import dev.swarm.bus.Messages.StateQuery;
import dev.swarm.bus.SwarmBus;
import dev.swarm.bus.Topics;
import dev.swarm.model.ClusterState;
import dev.swarm.model.Command;
import dev.swarm.model.ManagerInfo;
import dev.swarm.model.ManagerState;
import dev.swarm.model.ManagerStep;
import dev.swarm.model.MoveRates;
import dev.swarm.model.Refusal;
import dev.swarm.model.SwarmException;
import dev.swarm.model.TimeSource;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks workers to move as the {@link MovePlanner} says, for the length of one epoch, and lets
 * managers go that have given all their workers up.
 */
public final class RebalanceVerticle extends VerticleBase {
  private static final Logger log = LoggerFactory.getLogger(RebalanceVerticle.class);

  /** Between two looks while workers move. */
  private static final long BUSY_MILLIS = 100;

  /** The same while nobody is to move. */
  private static final long IDLE_MILLIS = 500;

  /** A manager that did not take over is not asked again for so long. */
  private static final long HAND_OVER_REST_NANOS = TimeUnit.SECONDS.toNanos(5);

  /** A manager that could not leave is not asked to again for so long. */
  private static final long LEAVE_REST_NANOS = TimeUnit.SECONDS.toNanos(5);

  /** While one is asked to lead, nothing is committed: who did not take over is not asked soon. */
  private static final long HEIR_REST_NANOS = TimeUnit.SECONDS.toNanos(60);

  private final String manager;
  private final long epoch;
  private final MoveRates rates;
  private final SwarmBus bus;
  private final TimeSource time;
  private final MoveMeters meters;

  private ClusterState newest = ClusterState.EMPTY;
  private MovePlanner planner;
  private boolean stopped;
  private boolean proposing;
  private long handOverNanos;
  private final Map<String, Long> heirUntilNanos = new HashMap<>();
  private final Map<String, Long> leaveUntilNanos = new HashMap<>();

  /** Why managers do not leave, as far as it was said. */
  private final Map<String, String> leaveProblems = new HashMap<>();

  /** Plans for this epoch of this manager. */
  public RebalanceVerticle(
      String manager,
      long epoch,
      MoveRates rates,
      SwarmBus bus,
      TimeSource time,
      MeterRegistry meters) {
    this.manager = manager;
    this.epoch = epoch;
    this.rates = rates;
    this.bus = bus;
    this.time = time;
    this.meters = new MoveMeters(meters);
  }

  @Override
  public Future<?> start() {
    handOverNanos = time.nanos() - HAND_OVER_REST_NANOS;
    return bus.subscribe(Topics.STATE, this::onNews)
        .compose(subscribed -> bus.request(Endpoints.STATE, new StateQuery()))
        .map(view -> begin(view.state()))
        .compose(begun -> bus.serve(Endpoints.PROMOTE, this::promote))
        .onSuccess(
            begun -> {
              meters.open();
              sleep();
            });
  }

  @Override
  public Future<?> stop() {
    stopped = true;
    meters.close();
    return Future.succeededFuture();
  }

  private MovePlanner begin(ClusterState view) {
    if (view.index() > newest.index()) newest = view;
    if (newest.epoch().number() != epoch) {
      throw new SwarmException(
          SwarmException.Kind.NOT_LEADER, "epoch is " + newest.epoch().number() + ", not " + epoch);
    }
    planner = new MovePlanner(newest, rates, time.nanos());
    return planner;
  }

  private void onNews(StateNews news) {
    if (news.state().index() <= newest.index()) return;
    newest = news.state();
    if (newest.epoch().number() > epoch) stopped = true;
    if (planner == null) return;
    if (news.replaced()) planner.replaced(newest);
    else planner.follow(newest, news.changes());
  }

  private void sleep() {
    if (!stopped) vertx.setTimer(planner.busy() ? BUSY_MILLIS : IDLE_MILLIS, woken -> look());
  }

  private void look() {
    bus.request(Endpoints.LINKS, new LinksQuery())
        .map(Links::managers)
        .onSuccess(
            linked -> {
              Set<String> reachable = new HashSet<>(linked);
              reachable.add(manager);
              if (!stopped) plan(reachable);
            })
        .onComplete(planned -> sleep());
  }

  private void plan(Set<String> reachable) {
    List<PlannedMove> moves = planner.plan(reachable, time.nanos());
    ask(moves);
    meters.asked(moves.size());
    meters.ended(planner.takeEnded());
    planner.takeNews().forEach(log::info);
    planner.takeStuck().forEach(this::tell);
    meters.stuck(planner.stuck());
    for (ManagerInfo empty : newest.managers().values()) {
      if (planner.held(empty.id()) == 0) letGo(empty, reachable);
    }
  }

  private void tell(StuckDrain stuck) {
    log.warn("manager {} gives its workers up: {}", stuck.manager(), stuck.message());
    bus.publish(
        Topics.EVENTS, new Happened(EventKind.DRAIN_STUCK, stuck.manager(), stuck.message()));
  }

  private void ask(List<PlannedMove> moves) {
    record Way(String holder, String reason) {}
    Map<Way, List<AskedMove>> ways = new LinkedHashMap<>();
    for (PlannedMove move : moves) {
      ways.computeIfAbsent(new Way(move.holder(), move.reason()), first -> new ArrayList<>())
          .add(new AskedMove(move.worker(), move.target()));
    }
    int withinMillis = (int) TimeUnit.NANOSECONDS.toMillis(OpenMoves.PATIENCE_NANOS);
    ways.forEach(
        (way, asked) ->
            bus.publish(Topics.MOVES, new Moves(way.holder(), withinMillis, way.reason(), asked)));
  }

  private void letGo(ManagerInfo empty, Set<String> reachable) {
    boolean retiring = empty.state() == ManagerState.RETIRING;
    boolean draining = retiring || empty.state() == ManagerState.DRAINING;
    if (draining && empty.id().equals(manager)) handOver(reachable);
    else if (retiring && !proposing) leave(empty.id());
  }

  private void leave(String id) {
    long now = time.nanos();
    if (now - leaveUntilNanos.getOrDefault(id, now) < 0) return;
    proposing = true;
    bus.request(Endpoints.PROPOSE, new Propose(new Command.StepManager(id, ManagerStep.LEAVE)))
        .onSuccess(taken -> left(id, taken.outcome().refused()))
        .onFailure(failure -> notLeft(id, failure.getMessage()))
        .onComplete(proposed -> proposing = false);
  }

  private void left(String id, List<Refusal> refused) {
    if (refused.isEmpty()) log.info("manager {} has given all its workers up and leaves", id);
    else notLeft(id, refused.get(0).message());
  }

  private void notLeft(String id, String problem) {
    leaveUntilNanos.put(id, time.nanos() + LEAVE_REST_NANOS);
    if (problem.equals(leaveProblems.put(id, problem))) return;
    log.warn("manager {} has given all its workers up and does not leave yet: {}", id, problem);
  }

  /** Whoever gives its workers up should not lead. */
  private void handOver(Set<String> reachable) {
    long now = time.nanos();
    if (now - handOverNanos < HAND_OVER_REST_NANOS) return;
    handOverNanos = now;
    newest.managers().values().stream()
        .filter(heir -> heir.state() == ManagerState.ACTIVE && reachable.contains(heir.id()))
        .filter(heir -> now - heirUntilNanos.getOrDefault(heir.id(), now) >= 0)
        .findFirst()
        .ifPresent(heir -> handOver(heir.id()));
  }

  private Future<Done> promote(Promote asked) {
    if (asked.manager().equals(manager)) return Future.succeededFuture(new Done());
    log.info("manager {} hands leadership over to {}, as wanted", manager, asked.manager());
    return bus.request(Endpoints.HAND_OVER, new HandOver(asked.manager()));
  }

  private void handOver(String heir) {
    log.info("manager {} has given its workers up and hands leadership over to {}", manager, heir);
    bus.request(Endpoints.HAND_OVER, new HandOver(heir))
        .onFailure(failure -> notTaken(heir, failure));
  }

  private void notTaken(String heir, Throwable failure) {
    heirUntilNanos.put(heir, time.nanos() + HEIR_REST_NANOS);
    log.warn("{} did not take over: {}", heir, failure.getMessage());
  }
}
