package dev.swarm.app;

import dev.swarm.bus.Messages.RoleChanged;
import dev.swarm.bus.SwarmBus;
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
import dev.swarm.model.TimeSource;
import dev.swarm.placement.PlacementVerticle;
import dev.swarm.presence.AdmissionRates;
import dev.swarm.presence.MassLossBrake;
import dev.swarm.presence.PresenceOptions;
import dev.swarm.presence.PresenceVerticle;
import dev.swarm.rebalance.RebalanceVerticle;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Deployable;
import io.vertx.core.Vertx;
import io.vertx.grpc.server.GrpcServer;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/** Makes the verticles of one manager from its configuration; deploys none. */
final class ManagerParts {
  private final ManagerConfig config;
  private final SwarmBus bus;
  private final PrometheusMeterRegistry meters;
  private final TimeSource time;
  private final RandomGenerator secure;
  private final long boot;
  private final LinkService links;
  private final JoinService joining;
  private final FormationVerticle formation;

  /** For the manager of this configuration, whose ports are chosen. */
  ManagerParts(
      ManagerConfig config,
      SwarmBus bus,
      PrometheusMeterRegistry meters,
      TimeSource time,
      RandomGenerator secure) {
    this.config = config;
    this.bus = bus;
    this.meters = meters;
    this.time = time;
    this.secure = secure;
    boot = secure.nextLong();
    links = new LinkService(config.cluster(), config.id(), bus, time, meters);
    joining = new JoinService(config.cluster(), config.id(), bus, this::ourGroup, secure);
    formation = makeFormation();
  }

  /** The one that sees to it that the data folder is a member's. */
  FormationVerticle formation() {
    return formation;
  }

  /** Who we are in the group; null before it is formed. */
  Identity identity() {
    return formation.identity();
  }

  private FormationVerticle makeFormation() {
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
  List<String> others() {
    if (!config.join().isEmpty()) return config.join().stream().map(Address::toString).toList();
    return config.managers().stream()
        .filter(entry -> !entry.id().equals(config.id()))
        .map(entry -> entry.api().toString())
        .toList();
  }

  /** Asks the others whether we still are a member. */
  Recall recall(Vertx vertx) {
    return new Recall(
        vertx,
        config.cluster(),
        identity().formation().id().toString(),
        config.id(),
        identity().member());
  }

  /** What we say of ourselves in the log: that we end, or are back. */
  OwnState ownState(Vertx vertx) {
    return new OwnState(config.id(), vertx, bus, time, secure, () -> sessions(vertx));
  }

  /** Workers connected to this manager. */
  long sessions(Vertx vertx) {
    return DispatcherVerticle.sessions(vertx, config.id());
  }

  /** The one that keeps our record true, and notices that we were removed. */
  MemberVerticle member() {
    Identity identity = identity();
    return new MemberVerticle(
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
  }

  /** Opens the data folder when it is deployed: the folder must be a member's. */
  ConsensusVerticle consensus() {
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
    return new ConsensusVerticle(options, bus, time, meters);
  }

  /** One of several that share a port. */
  DispatcherVerticle dispatcher(int port) {
    List<Consumer<GrpcServer>> services = List.of(links::mount, joining::mount, formation::mount);
    return new DispatcherVerticle(
        new DispatchOptions(
            config.cluster(), config.id(), boot, config.api().host(), port, config.limits()),
        bus,
        time,
        new SplittableRandom(secure.nextLong()),
        meters,
        services);
  }

  /** The operators' door. */
  ControlVerticle control() {
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

  /** What runs while we lead. */
  List<Deployable> leading(Epoch epoch) {
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

  private OurGroup ourGroup() {
    Identity identity = identity();
    if (identity == null) return null;
    return new OurGroup(identity.formation().id().toString(), identity.formation().founders());
  }

  /** What runs while another leads. */
  List<Deployable> following(RoleChanged news, ManagerInfo leader) {
    return List.of(
        new ForwarderVerticle(
            new ForwardOptions(
                config.cluster(), config.id(), boot, leader.id(), leader.api(), news.term()),
            bus,
            time,
            meters));
  }

  /** What the first leader of a new cluster writes. */
  Command.BeginCluster seed() {
    return new Command.BeginCluster(
        new ClusterInfo(config.cluster(), secure.nextLong() | 1),
        config.settings(),
        config.managers().stream().map(entry -> info(entry, identity())).toList());
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
