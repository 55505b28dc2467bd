package dev.swarm.control;

import dev.swarm.bus.SwarmBus;
import dev.swarm.bus.Topics;
import dev.swarm.edge.Edge;
import dev.swarm.model.SwarmException;
import dev.swarm.model.TimeSource;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Router;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves JSON, health and metrics on the http port. Is up when the port is bound, whether there is
 * a leader or not; must be deployed before consensus speaks of roles, which it does not repeat.
 */
public final class ControlVerticle extends VerticleBase {
  private static final Logger log = LoggerFactory.getLogger(ControlVerticle.class);
  private static final int IDLE_SECONDS = 60;
  private static final long KEEP_ALIVE_MILLIS = 15_000;

  private final ControlOptions options;
  private final SwarmBus bus;
  private final TimeSource time;
  private final RandomGenerator random;
  private final PrometheusMeterRegistry meters;
  private final int idleSeconds;
  private final long keepAliveMillis;

  private StateMeters stateMeters;
  private Edge edge;
  private ManagersApi managers;
  private SnapshotApi snapshots;
  private EventsApi events;
  private HttpServer server;

  /** One instance a manager. */
  public ControlVerticle(
      ControlOptions options,
      SwarmBus bus,
      TimeSource time,
      RandomGenerator random,
      PrometheusMeterRegistry meters) {
    this(options, bus, time, random, meters, IDLE_SECONDS, KEEP_ALIVE_MILLIS);
  }

  /**
   * One instance a manager.
   *
   * @param idleSeconds after which a connection on which nothing is said is closed
   * @param keepAliveMillis after which something is said on a quiet stream of events
   */
  ControlVerticle(
      ControlOptions options,
      SwarmBus bus,
      TimeSource time,
      RandomGenerator random,
      PrometheusMeterRegistry meters,
      int idleSeconds,
      long keepAliveMillis) {
    this.options = options;
    this.bus = bus;
    this.time = time;
    this.random = random;
    this.meters = meters;
    this.idleSeconds = idleSeconds;
    this.keepAliveMillis = keepAliveMillis;
  }

  @Override
  public Future<?> start() {
    Replica replica = new Replica(vertx, bus);
    stateMeters = new StateMeters(replica, meters);
    events = new EventsApi(vertx, options.manager(), time, keepAliveMillis, meters);
    edge = Edge.ofHttp(options.limits(), time, meters);
    server =
        edge.server(
                vertx,
                new HttpServerOptions()
                    .setHttp2ClearTextEnabled(false)
                    .setIdleTimeout(idleSeconds)
                    .setHandle100ContinueAutomatically(true))
            .requestHandler(router(replica));
    return replica
        .start()
        .compose(listening -> bus.subscribe(Topics.STATE, stateMeters::saw))
        .compose(counting -> events.start(bus))
        .compose(
            hearing ->
                server
                    .listen(options.port(), options.host())
                    .recover(failure -> Future.failedFuture(cannotListen(failure))))
        .onSuccess(bound -> stateMeters.open())
        .onSuccess(bound -> log.info("http on {}:{}", options.host(), bound.actualPort()));
  }

  private SwarmException cannotListen(Throwable failure) {
    return new SwarmException(
        SwarmException.Kind.CONFLICT,
        "http cannot listen on "
            + options.host()
            + ":"
            + options.port()
            + ": "
            + failure.getMessage());
  }

  private Router router(Replica replica) {
    Router router = Router.router(vertx);
    Routes routes = new Routes(router);
    Writes writes = new Writes(vertx, bus, replica, time, random);
    Rendering rendering = new Rendering(vertx);
    managers = new ManagersApi(vertx, bus, rendering, replica, writes, options, time);
    managers.mount(routes);
    new WorkersApi(rendering, replica, writes, time).mount(routes);
    new TasksApi(rendering, replica, writes, new TaskReader(random, time), time).mount(routes);
    new SettingsApi(vertx, replica, writes, options.leastTtlMillis()).mount(routes);
    snapshots = new SnapshotApi(vertx, replica, options.manager());
    snapshots.mount(routes);
    events.mount(routes);
    new HealthApi(vertx, rendering, replica, meters).mount(routes);
    new FrontDoor(vertx, options).mount(routes);
    routes.close();
    return router;
  }

  @Override
  public Future<?> stop() {
    stateMeters.close();
    events.close();
    edge.close();
    return Future.join(managers.close(), snapshots.close());
  }

  /** The port that was bound. */
  public int port() {
    return server.actualPort();
  }
}
