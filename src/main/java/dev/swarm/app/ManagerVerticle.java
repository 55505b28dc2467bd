package dev.swarm.app;

import dev.swarm.bus.Messages.RoleChanged;
import dev.swarm.bus.SwarmBus;
import dev.swarm.bus.Topics;
import dev.swarm.config.Address;
import dev.swarm.config.ManagerConfig;
import dev.swarm.config.ManagerEntry;
import dev.swarm.consensus.ConsensusVerticle;
import dev.swarm.consensus.formation.FormationOptions;
import dev.swarm.consensus.formation.FormationVerticle;
import dev.swarm.consensus.formation.Identity;
import dev.swarm.consensus.raft.RaftOptions;
import dev.swarm.control.ControlOptions;
import dev.swarm.control.ControlVerticle;
import dev.swarm.dispatch.DispatchOptions;
import dev.swarm.dispatch.DispatcherVerticle;
import dev.swarm.forward.ForwardOptions;
import dev.swarm.forward.ForwarderVerticle;
import dev.swarm.forward.LinkService;
import dev.swarm.membership.JoinService;
import dev.swarm.membership.MemberOptions;
import dev.swarm.membership.MemberVerticle;
import dev.swarm.membership.MembershipVerticle;
import dev.swarm.membership.OurGroup;
import dev.swarm.membership.Recall;
import dev.swarm.model.ClusterInfo;
import dev.swarm.model.Command;
import dev.swarm.model.Epoch;
import dev.swarm.model.ManagerInfo;
import dev.swarm.model.ManagerState;
import dev.swarm.model.SwarmException;
import dev.swarm.model.TimeSource;
import dev.swarm.placement.PlacementVerticle;
import dev.swarm.presence.AdmissionRates;
import dev.swarm.presence.MassLossBrake;
import dev.swarm.presence.PresenceOptions;
import dev.swarm.presence.PresenceVerticle;
import dev.swarm.rebalance.RebalanceVerticle;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Deployable;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.grpc.server.GrpcServer;
import java.security.SecureRandom;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
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
  private final long boot = secure.nextLong();
  private final Promise<String> ended = Promise.promise();
  private final Promise<Void> removed = Promise.promise();
  private volatile OwnState ownState;

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
    try (FreePorts free = new FreePorts()) {
      config = config.withFreePorts(free);
    }
    SwarmBus bus = new SwarmBus(vertx, config.id());
    FormationVerticle formation = formation(bus);
    Leadership leadership =
        new Leadership(
            vertx,
            bus,
            time,
            () -> seed(formation.identity()),
            epoch -> leading(bus, epoch),
            (news, leader) -> following(bus, news, leader));
    ownState =
        new OwnState(
            config.id(),
            vertx,
            bus,
            time,
            secure,
            () -> DispatcherVerticle.sessions(vertx, config.id()));
    return bus.subscribe(Topics.ROLE, leadership::onRole)
        .compose(listening -> ownState.listen())
        // Consensus last: the others must hear its first news, and a port in use must be found
        // before
        // anything is written.
        .compose(listening -> vertx.deployVerticle(control(bus)))
        .compose(answering -> deployDispatchers(bus, formation))
        .compose(dispatching -> vertx.deployVerticle(formation))
        .compose(looked -> takePart(bus, formation))
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

  private FormationVerticle formation(SwarmBus bus) {
    return new FormationVerticle(
        new FormationOptions(
            config.id(),
            config.cluster(),
            config.dataDir(),
            config.managers().stream()
                .map(
                    entry ->
                        new FormationOptions.Listed(
                            entry.id(), entry.api().host(), entry.api().port()))
                .toList(),
            new FormationOptions.Door(
                config.api().advertise().toString(),
                config.raft().listener().advertise().toString(),
                config.http().advertise().toString(),
                config.raft().listener().host(),
                config.raft().listener().port(),
                others())),
        bus,
        secure,
        time);
  }

  /** The api addresses of other managers, as configured. */
  private List<String> others() {
    if (!config.join().isEmpty()) return config.join().stream().map(Address::toString).toList();
    return config.managers().stream()
        .filter(entry -> !entry.id().equals(config.id()))
        .map(entry -> entry.api().toString())
        .toList();
  }

  /** At once where the cluster is formed; otherwise the start does not wait for other managers. */
  private Future<?> takePart(SwarmBus bus, FormationVerticle formation) {
    Future<?> part =
        formation
            .formed()
            .compose(formed -> requireMember(formation.identity()))
            .compose(belongs -> vertx.deployVerticle(consensus(bus)))
            .compose(open -> vertx.deployVerticle(member(bus, formation.identity())));
    if (formation.formed().isComplete()) return part;
    part.onFailure(failure -> ended.tryComplete(failure.getMessage()));
    return Future.succeededFuture();
  }

  /** One that was removed, or whose place another has, must not disturb the group. */
  private Future<?> requireMember(Identity identity) {
    if (others().isEmpty()) return Future.succeededFuture();
    Recall recall =
        new Recall(
            vertx,
            config.cluster(),
            identity.formation().id().toString(),
            config.id(),
            identity.member());
    return recall
        .whyNot(others())
        .onComplete(asked -> recall.close())
        .compose(
            reason ->
                reason.isEmpty()
                    ? Future.succeededFuture()
                    : Future.failedFuture(
                        new SwarmException(SwarmException.Kind.CONFLICT, reason)));
  }

  private MemberVerticle member(SwarmBus bus, Identity identity) {
    MemberVerticle member =
        new MemberVerticle(
            new MemberOptions(
                config.cluster(),
                identity.formation().id().toString(),
                ManagerInfo.joining(
                    config.id(),
                    identity.nonce(),
                    config.api().advertise().toString(),
                    config.raft().listener().advertise().toString(),
                    config.http().advertise().toString()),
                identity.member(),
                others()),
            bus,
            secure,
            time);
    member.removed().onSuccess(this::leave);
    return member;
  }

  /** The group does without us; our workers are told to go elsewhere, and given a moment for it. */
  private void leave(String reason) {
    long deadline = time.nanos() + TimeUnit.MILLISECONDS.toNanos(FAREWELL_MILLIS);
    vertx.setPeriodic(
        FAREWELL_LOOK_MILLIS,
        timer -> {
          Gauge sessions = meters.find("swarm.sessions").gauge();
          boolean busy = sessions != null && sessions.value() > 0;
          if (busy && time.nanos() - deadline < 0) return;
          vertx.cancelTimer(timer);
          removed.tryComplete();
          ended.tryComplete(reason);
        });
  }

  private ConsensusVerticle consensus(SwarmBus bus) {
    RaftOptions options =
        new RaftOptions(
            config.id(),
            config.cluster(),
            config.dataDir(),
            config.raft().listener().host(),
            config.raft().listener().port(),
            config.managers().stream()
                .map(entry -> new RaftOptions.Member(entry.id(), entry.raft().toString()))
                .toList(),
            config.raft().electionTimeoutMinMillis(),
            config.raft().electionTimeoutMaxMillis(),
            config.raft().snapshotEveryEntries());
    ConsensusVerticle consensus = new ConsensusVerticle(options, bus, time, meters);
    consensus.ended().onSuccess(ended::tryComplete);
    return consensus;
  }

  /** One dispatcher per core; they share the port, so the first one's choice binds the others. */
  private Future<?> deployDispatchers(SwarmBus bus, FormationVerticle formation) {
    LinkService links = new LinkService(config.cluster(), config.id(), bus, time, meters);
    DispatcherVerticle first = dispatcher(bus, links, formation, config.api().port());
    int more = Math.min(Runtime.getRuntime().availableProcessors(), MOST_DISPATCHERS) - 1;
    return vertx
        .deployVerticle(first)
        .compose(
            deployed ->
                Future.all(
                    IntStream.range(0, more)
                        .mapToObj(
                            n ->
                                vertx.deployVerticle(
                                    dispatcher(bus, links, formation, first.port())))
                        .toList()));
  }

  private DispatcherVerticle dispatcher(
      SwarmBus bus, LinkService links, FormationVerticle formation, int port) {
    List<Consumer<GrpcServer>> services =
        List.of(
            links::mount,
            new JoinService(config.cluster(), config.id(), bus, () -> ourGroup(formation), secure)
                ::mount,
            formation::mount);
    return new DispatcherVerticle(
        new DispatchOptions(
            config.cluster(), config.id(), boot, config.api().host(), port, config.limits()),
        bus,
        time,
        new SplittableRandom(secure.nextLong()),
        meters,
        services);
  }

  private ControlVerticle control(SwarmBus bus) {
    ControlOptions options =
        new ControlOptions(
            config.cluster(),
            config.id(),
            config.http().host(),
            config.http().port(),
            Version.CURRENT,
            6L * config.raft().electionTimeoutMaxMillis(),
            config.limits());
    return new ControlVerticle(options, bus, time, secure, meters);
  }

  private List<Deployable> leading(SwarmBus bus, Epoch epoch) {
    return List.of(
        new PresenceVerticle(config.id(), epoch.number(), presence(), bus, time, meters),
        new PlacementVerticle(epoch.number(), bus, time, meters),
        new RebalanceVerticle(config.id(), epoch.number(), config.moves(), bus, time, meters),
        new MembershipVerticle(config.cluster(), config.id(), bus, time));
  }

  private PresenceOptions presence() {
    return new PresenceOptions(
        MassLossBrake.Threshold.DEFAULT,
        new AdmissionRates(
            config.limits().sessionsPerSecond(), config.limits().sessionsPerWorker()));
  }

  private static OurGroup ourGroup(FormationVerticle formation) {
    Identity identity = formation.identity();
    if (identity == null) return null;
    return new OurGroup(identity.formation().id().toString(), identity.formation().founders());
  }

  private List<Deployable> following(SwarmBus bus, RoleChanged news, ManagerInfo leader) {
    return List.of(
        new ForwarderVerticle(
            new ForwardOptions(
                config.cluster(), config.id(), boot, leader.id(), leader.api(), news.term()),
            bus,
            time,
            meters));
  }

  /** What the first leader of a new cluster writes. */
  private Command.BeginCluster seed(Identity identity) {
    return new Command.BeginCluster(
        new ClusterInfo(config.cluster(), secure.nextLong() | 1),
        config.settings(),
        config.managers().stream().map(entry -> info(entry, identity)).toList());
  }

  private static ManagerInfo info(ManagerEntry entry, Identity identity) {
    return new ManagerInfo(
        entry.id(),
        1,
        identity.formation().founders().getOrDefault(entry.id(), ""),
        entry.api().toString(),
        entry.raft().toString(),
        entry.http().toString(),
        ManagerInfo.DEFAULT_WEIGHT,
        ManagerState.ACTIVE);
  }
}
