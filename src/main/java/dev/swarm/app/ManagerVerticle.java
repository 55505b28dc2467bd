package dev.swarm.app;

import dev.swarm.bus.SwarmBus;
import dev.swarm.bus.Topics;
import dev.swarm.config.FreePorts;
import dev.swarm.config.ManagerConfig;
import dev.swarm.consensus.ConsensusVerticle;
import dev.swarm.dispatch.DispatcherVerticle;
import dev.swarm.membership.MemberVerticle;
import dev.swarm.membership.Recall;
import dev.swarm.model.SwarmException;
import dev.swarm.model.TimeSource;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import java.security.SecureRandom;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A manager: what {@code java -jar swarm.jar -conf manager.json} runs and what a host application
 * deploys. Needs one instance per manager; several managers may share a Vert.x. It is started when
 * its ports listen; whether there is a leader is another question, answered by its health check.
 */
public final class ManagerVerticle extends VerticleBase {
  private static final Logger log = LoggerFactory.getLogger(ManagerVerticle.class);
  private static final int MOST_DISPATCHERS = 8;

  /** How long workers may take to leave a manager that was removed. */
  private static final long FAREWELL_MILLIS = 10_000;

  private static final long FAREWELL_LOOK_MILLIS = 100;

  private volatile ManagerConfig config;
  private final PrometheusMeterRegistry meters;
  private final TimeSource time = Clocks.SYSTEM;
  private final RandomGenerator secure = new SecureRandom();
  private final Promise<String> ended = Promise.promise();
  private final Promise<Void> removed = Promise.promise();
  private ManagerParts parts;
  private volatile OwnState ownState;
  private volatile MemberVerticle member;

  /**
   * A manager that is not yet started.
   *
   * @param meters where its meters go, and what its {@code /metrics} shows
   */
  public ManagerVerticle(ManagerConfig config, PrometheusMeterRegistry meters) {
    this.config = config;
    this.meters = meters;
  }

  /**
   * Completes with the reason when this manager can never take part again although its process
   * lives: a damaged log, an entry of a newer program. A process of its own ends then; a host
   * application may undeploy. A full or failed disk is no such reason: the manager takes part again
   * when the disk works, and says meanwhile, at {@code /health/ready}, that it does not.
   */
  public Future<String> ended() {
    return ended.future();
  }

  /** Completes before {@link #ended} does when an operator removed this manager from the group. */
  public Future<Void> removed() {
    return removed.future();
  }

  /**
   * Prepares the end of this manager: its workers go to the other managers, each with a named
   * target and before its stream here ends, and another one leads. Completes when that is done, or
   * cannot be done, or has taken {@code shutdown.timeout}; never fails. A host application calls it
   * before it undeploys; a process of its own does so on SIGTERM.
   */
  public Future<Void> withdraw() {
    Promise<Void> withdrawn = Promise.promise();
    if (ownState == null) return Future.succeededFuture();
    context.runOnContext(
        now -> ownState.end(config.stopMillis()).onComplete(ended -> withdrawn.complete()));
    return withdrawn.future();
  }

  /** The configuration as it runs: where a port was 0, the one that was chosen at the start. */
  public ManagerConfig configuration() {
    return config;
  }

  @Override
  public Future<?> start() {
    // The port is part of what others are told of us: it must be known before anything listens.
    try (FreePorts free = new FreePorts(secure)) {
      config = config.withFreePorts(free);
    }
    SwarmBus bus = new SwarmBus(vertx, config.id());
    parts = new ManagerParts(config, bus, meters, time, secure);
    Leadership leadership =
        new Leadership(vertx, bus, time, parts::seed, parts::leading, parts::following);
    ownState = parts.ownState(vertx);
    return bus.subscribe(Topics.ROLE, leadership::onRole)
        .compose(listening -> bus.subscribe(Topics.STATE, leadership::onState))
        .compose(listening -> ownState.listen())
        // Consensus last: the others must hear its first news, and a port in use must be found
        // before anything is written.
        .compose(listening -> vertx.deployVerticle(parts.control()))
        .compose(answering -> deployDispatchers())
        .compose(dispatching -> vertx.deployVerticle(parts.formation()))
        .compose(looked -> takePart())
        .onSuccess(
            started ->
                log.info(
                    "manager {} of cluster {}: api {}, raft {}, http {}",
                    config.id(),
                    config.cluster(),
                    config.api().advertise(),
                    config.raft().listener().advertise(),
                    config.http().advertise()));
  }

  /** At once where the cluster is formed; otherwise the start does not wait for other managers. */
  private Future<?> takePart() {
    Future<Void> formed = parts.formation().formed();
    Future<?> part =
        formed
            .compose(member -> requireMember())
            .compose(belongs -> openConsensus())
            .compose(open -> followOurRecord());
    if (formed.isComplete()) return part;
    part.onFailure(failure -> ended.tryComplete(failure.getMessage()));
    return Future.succeededFuture();
  }

  private Future<?> openConsensus() {
    ConsensusVerticle consensus = parts.consensus();
    consensus.ended().onSuccess(this::endUnlessRemoved);
    return vertx.deployVerticle(consensus);
  }

  /** Somebody who was removed has ended for that reason, whatever its replica says. */
  private void endUnlessRemoved(String reason) {
    MemberVerticle asking = member;
    if (asking == null) ended.tryComplete(reason);
    else asking.askNow().onSuccess(gone -> endWith(gone, reason));
  }

  private void endWith(boolean removed, String reason) {
    if (!removed) ended.tryComplete(reason); // else our workers are told first
  }

  private Future<?> followOurRecord() {
    MemberVerticle following = parts.member();
    following.removed().onSuccess(this::leave);
    return vertx.deployVerticle(following).onSuccess(deployed -> member = following);
  }

  /** One that was removed, whose place another has, or of another group must not disturb this. */
  private Future<?> requireMember() {
    if (parts.others().isEmpty()) return Future.succeededFuture();
    Recall recall = parts.recall(vertx);
    return recall
        .whyNotBegin(parts.others())
        .onComplete(asked -> recall.close())
        .compose(
            reason ->
                reason.isEmpty()
                    ? Future.succeededFuture()
                    : Future.failedFuture(
                        new SwarmException(SwarmException.Kind.CONFLICT, reason)));
  }

  /** The group does without us; our workers are told to go elsewhere, and given a moment for it. */
  private void leave(String reason) {
    long deadline = time.nanos() + TimeUnit.MILLISECONDS.toNanos(FAREWELL_MILLIS);
    vertx.setPeriodic(
        FAREWELL_LOOK_MILLIS,
        timer -> {
          boolean busy = parts.sessions(vertx) > 0;
          if (busy && time.nanos() - deadline < 0) return;
          vertx.cancelTimer(timer);
          removed.tryComplete();
          ended.tryComplete(reason);
        });
  }

  /** One dispatcher per core; they share the port, so the first one's choice binds the others. */
  private Future<?> deployDispatchers() {
    DispatcherVerticle first = parts.dispatcher(config.api().port());
    int more = Math.min(Runtime.getRuntime().availableProcessors(), MOST_DISPATCHERS) - 1;
    return vertx
        .deployVerticle(first)
        .compose(
            deployed ->
                Future.all(
                    IntStream.range(0, more)
                        .mapToObj(n -> vertx.deployVerticle(parts.dispatcher(first.port())))
                        .toList()));
  }
}
