package dev.swarm.dispatch;

import dev.swarm.bus.Endpoints;
import dev.swarm.bus.Messages.GuardChanged;
import dev.swarm.bus.Messages.GuardState;
import dev.swarm.bus.Messages.LeaderHeard;
import dev.swarm.bus.Messages.StateNews;
import dev.swarm.bus.Messages.StateQuery;
import dev.swarm.bus.SwarmBus;
import dev.swarm.bus.Topics;
import dev.swarm.edge.Edge;
import dev.swarm.model.Change;
import dev.swarm.model.ClusterState;
import dev.swarm.model.SwarmException;
import dev.swarm.model.TimeSource;
import dev.swarm.model.WorkerId;
import dev.swarm.wire.GrpcMethods;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.grpc.server.GrpcServer;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves the workers' streams on the api port, together with the other services of that port.
 * Several instances, each on its own event loop, share the port; each serves its own sessions.
 */
public final class DispatcherVerticle extends VerticleBase {
  private static final Logger log = LoggerFactory.getLogger(DispatcherVerticle.class);
  private static final long SWEEP_MILLIS = 500;
  private static final long STALL_MILLIS = 1_000;
  private static final long STATE_RETRY_MILLIS = 100;

  private final DispatchOptions options;
  private final SwarmBus bus;
  private final TimeSource time;
  private final RandomGenerator random;
  private final MeterRegistry registry;
  private final List<Consumer<GrpcServer>> services;

  private Edge edge;
  private HttpServer server;
  private Desk desk;
  private Farewells farewells;
  private Reception reception;
  private AssignmentRelay assignments;
  private BeatRelay beats;
  private ReportRelay reports;
  private SessionService sessions;
  private Announcer announcer;
  private LoopWatch watch;
  private Gathering asking;
  private Gathering sweeping;
  private long sweptNanos;
  private boolean alone;

  /** One instance; {@code random} is its own, the rest is shared with the others. */
  public DispatcherVerticle(
      DispatchOptions options,
      SwarmBus bus,
      TimeSource time,
      RandomGenerator random,
      MeterRegistry meters,
      List<Consumer<GrpcServer>> services) {
    this.options = options;
    this.bus = bus;
    this.time = time;
    this.random = random;
    this.registry = meters;
    this.services = List.copyOf(services);
  }

  @Override
  public Future<?> start() {
    DispatchMeters meters = new DispatchMeters(registry, vertx.sharedData(), options.manager());
    desk = new Desk(options, context, bus, time, random, meters);
    farewells = new Farewells(desk);
    assignments = new AssignmentRelay(desk);
    beats = new BeatRelay(desk);
    reports = new ReportRelay(desk);
    announcer = new Announcer(desk);
    sessions = new SessionService(desk, farewells, assignments, beats, reports);
    reception = new Reception(desk, farewells, sessions::granted);
    watch = new LoopWatch(vertx, time, registry);
    asking = new Gathering(vertx, this::askState);
    sweeping = new Gathering(vertx, this::sweep);
    GrpcServer grpc = ApiServer.grpc(vertx);
    grpc.callHandler(
        GrpcMethods.SESSION_SERVER,
        request ->
            reception.arrived(
                new WorkerStream(request, options.limits().messageBytes(), meters::unsent)));
    services.forEach(service -> service.accept(grpc));
    edge = Edge.ofApi(options.limits(), time, registry);
    server = ApiServer.http(vertx, options, edge, grpc);
    return bus.subscribe(Topics.STATE, this::onNews)
        .compose(subscribed -> bus.subscribe(Topics.GUARD, this::onGuard))
        .compose(subscribed -> bus.subscribe(Topics.MOVES, new MoveRelay(desk)::asked))
        .compose(subscribed -> server.listen())
        .recover(failure -> Future.failedFuture(cannotStart(failure)))
        .onSuccess(listening -> begin());
  }

  private void begin() {
    watch.start();
    askState();
    sweptNanos = desk.now();
    sweeping.in(SWEEP_MILLIS);
  }

  /** The port that it listens on, once started. */
  public int port() {
    return server.actualPort();
  }

  /** Sessions that all dispatchers of this manager serve now. */
  public static long sessions(Vertx vertx, String manager) {
    return DispatchMeters.sessions(manager, vertx.sharedData());
  }

  private void askState() {
    bus.request(Endpoints.STATE, new StateQuery())
        .onComplete(
            view -> onNews(new StateNews(view.state(), List.of(), true)),
            failure -> asking.in(STATE_RETRY_MILLIS));
  }

  private void onNews(StateNews news) {
    ClusterState before = desk.state();
    boolean sameLife = news.state().cluster().incarnation() == before.cluster().incarnation();
    boolean old =
        news.replaced()
            ? news.state().index() < before.index()
            : news.state().index() <= before.index();
    if (sameLife && old) return;
    desk.adopt(news.state());
    if (before.index() == 0) beats.start();
    if (news.replaced() || before.index() == 0) replaced(before, news.mended());
    else changed(news);
  }

  private void changed(StateNews news) {
    Set<WorkerId> workers = new LinkedHashSet<>();
    boolean managers = false;
    for (Change change : news.changes()) {
      if (change instanceof Change.WorkerChanged worker) workers.add(worker.after().id());
      else if (change instanceof Change.ManagerChanged) managers = true;
      else if (change instanceof Change.ManagerRemoved) managers = true;
      else if (change instanceof Change.EpochBegan epoch) newEpoch(epoch.epoch().number());
    }
    for (WorkerId worker : workers) judge(desk.sessions().of(worker));
    assignments.changed(news.changes(), news.state().index());
    reception.look(workers);
    if (managers) announcer.managersChanged();
  }

  /** What was told of a wrong state does not hold: its workers get complete sets. */
  private void replaced(ClusterState before, boolean mended) {
    for (LiveSession ended : desk.sessions().ended(desk.state())) judge(ended);
    for (LiveSession session : List.copyOf(desk.sessions().all())) {
      if (mended) assignments.resync(session);
      else assignments.recompute(session);
    }
    reception.lookAgain();
    if (desk.state().epoch().number() != before.epoch().number()) {
      newEpoch(desk.state().epoch().number());
    }
    if (!desk.state().managers().equals(before.managers())) announcer.managersChanged();
  }

  private void judge(LiveSession session) {
    if (session == null) return;
    Fate fate = Fate.of(session, desk.state().workers().get(session.ref().worker()));
    if (fate != Fate.CURRENT) sessions.retire(session, fate);
  }

  private void newEpoch(long epoch) {
    beats.roster(epoch);
    reports.newLeader();
  }

  private void sweep() {
    sweeping.in(SWEEP_MILLIS); // first: whatever goes wrong below, the next sweep comes
    // One moment for all: to stand still between two readings would look like others' silence.
    long now = desk.now();
    forgive(now - sweptNanos - SWEEP_MILLIS * 1_000_000, now);
    sweptNanos = now;
    reception.sweep(now);
    sessions.sweep(now);
    farewells.sweep(now);
    lookForLeader(now);
  }

  private void forgive(long awayNanos, long now) {
    if (awayNanos <= STALL_MILLIS * 1_000_000) return;
    log.warn("this event loop stood still for {} ms", awayNanos / 1_000_000);
    desk.sessions().forgive(awayNanos, now);
    desk.contact().forgive(awayNanos, now);
  }

  private void onGuard(GuardChanged news) {
    desk.contact().shutOut(news.state() == GuardState.DOWN);
    lookForLeader(desk.now());
  }

  private void lookForLeader(long now) {
    if (desk.contact().adviseNow(desk.heartbeat(), now)) {
      int workers = desk.sessions().size();
      if (workers > 0) log.warn("no news from a leader: {} workers are advised to move", workers);
      announcer.adviseToMove();
    }
    boolean nobody = desk.contact().alone(desk.heartbeat(), now);
    if (alone == nobody) return;
    tellAlone(nobody);
    if (!alone) {
      log.info("a leader is heard again");
      announcer.stopAdvising();
    }
  }

  private void tellAlone(boolean nobody) {
    if (alone == nobody) return;
    alone = nobody;
    desk.meters().alone(nobody);
    bus.publish(Topics.LEADER_HEARD, new LeaderHeard(deploymentID(), !nobody));
  }

  private Throwable cannotStart(Throwable failure) {
    return failure instanceof SwarmException
        ? failure
        : new SwarmException(
            SwarmException.Kind.CONFLICT,
            "api cannot listen on "
                + options.host()
                + ":"
                + options.port()
                + ": "
                + failure.getMessage());
  }

  @Override
  public Future<?> stop() {
    String text = "manager " + options.manager() + " stops";
    watch.stop();
    asking.stop();
    sweeping.stop();
    tellAlone(false);
    beats.stop();
    reports.stop();
    announcer.stop();
    reception.stop(text);
    sessions.stop(text);
    edge.close();
    return server.close();
  }
}
