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

  private final ControlOptions options;
  private final SwarmBus bus;
  private final TimeSource time;
  private final RandomGenerator random;
  private final PrometheusMeterRegistry meters;

  private StateMeters stateMeters;
  private Edge edge;
  private SnapshotApi snapshots;
  private HttpServer server;

  /** One instance a manager. */
  public ControlVerticle(
      ControlOptions options,
      SwarmBus bus,
      TimeSource time,
      RandomGenerator random,
      PrometheusMeterRegistry meters) {
    this.options = options;
    this.bus = bus;
    this.time = time;
    this.random = random;
    this.meters = meters;
  }

  @Override
  public Future<?> start() {
    Replica replica = new Replica(vertx, bus);
    stateMeters = new StateMeters(replica, meters);
    edge = Edge.ofHttp(options.limits(), time, meters);
    server =
        edge.server(
                vertx,
                new HttpServerOptions()
                    .setHttp2ClearTextEnabled(false)
                    .setIdleTimeout(IDLE_SECONDS)
                    .setHandle100ContinueAutomatically(true))
            .requestHandler(router(replica));
    return replica
        .start()
        .compose(listening -> bus.subscribe(Topics.STATE, stateMeters::saw))
        .compose(
            counting ->
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
    new ManagersApi(vertx, bus, rendering, replica, writes, options, time).mount(routes);
    new WorkersApi(rendering, replica, writes, time).mount(routes);
    new TasksApi(rendering, replica, writes, new TaskReader(random, time), time).mount(routes);
    new SettingsApi(vertx, replica, writes, options.leastTtlMillis()).mount(routes);
    snapshots = new SnapshotApi(vertx, replica, options.manager());
    snapshots.mount(routes);
    new HealthApi(vertx, rendering, replica, meters).mount(routes);
    new FrontDoor(vertx, options).mount(routes);
    routes.close();
    return router;
  }

  @Override
  public Future<?> stop() {
    stateMeters.close();
    edge.close();
    return snapshots.close();
  }

  /** The port that was bound. */
  public int port() {
    return server.actualPort();
  }
}
