package dev.swarm.consensus;

import dev.swarm.bus.Endpoints;
import dev.swarm.bus.Messages.Authority;
import dev.swarm.bus.Messages.AuthorityQuery;
import dev.swarm.bus.Messages.Propose;
import dev.swarm.bus.Messages.StateQuery;
import dev.swarm.bus.Messages.StateView;
import dev.swarm.bus.Messages.Taken;
import dev.swarm.bus.SwarmBus;
import dev.swarm.bus.Topics;
import dev.swarm.model.ClusterState;
import dev.swarm.model.SwarmException;
import dev.swarm.model.TimeSource;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** This manager's part in the group: takes proposals, publishes what is applied and who leads. */
public final class ConsensusVerticle extends VerticleBase {
  private static final Logger log = LoggerFactory.getLogger(ConsensusVerticle.class);

  /** How often the role is looked at; Ratis does not announce a leader that is lost. */
  private static final long LOOK_MILLIS = 250;

  /** The same while no leader is known. */
  private static final long LOOK_WITHOUT_LEADER_MILLIS = 100;

  private final RaftOptions options;
  private final int segmentBytes;
  private final SwarmBus bus;
  private final TimeSource time;
  private final MeterRegistry registry;
  private final RoleWatch watch = new RoleWatch();
  private final Promise<String> ended = Promise.promise();

  private ConsensusMeters meters;
  private NewsFeed feed;
  private RatisLog ratis;
  private Proposer proposer;
  private StateWatch states;
  private boolean stopping;

  /** Deploy one per manager. */
  public ConsensusVerticle(
      RaftOptions options, SwarmBus bus, TimeSource time, MeterRegistry meters) {
    this(options, RaftSettings.SEGMENT_BYTES, bus, time, meters);
  }

  /** With log files of another size: only full ones can be purged. */
  ConsensusVerticle(
      RaftOptions options, int segmentBytes, SwarmBus bus, TimeSource time, MeterRegistry meters) {
    this.options = options;
    this.segmentBytes = segmentBytes;
    this.bus = bus;
    this.time = time;
    this.registry = meters;
  }

  /**
   * Completes with the reason when this replica has stopped for good while the verticle lives on: a
   * damaged log, a full disk, an entry of a newer program. The process should end then.
   */
  public Future<String> ended() {
    return ended.future();
  }

  @Override
  public Future<?> start() {
    meters = new ConsensusMeters(registry);
    feed = new NewsFeed(context, bus);
    return vertx
        .executeBlocking(() -> RatisLog.open(options, segmentBytes, new Listener(), time), false)
        .compose(this::serve)
        .onSuccess(serving -> lookNowAndThen())
        .recover(failure -> stop().transform(stopped -> Future.failedFuture(failure)));
  }

  private Future<?> serve(RatisLog opened) {
    ratis = opened;
    long overdueNanos = TimeUnit.MILLISECONDS.toNanos(2L * options.electionMaxMillis());
    proposer = new Proposer(context, opened, overdueNanos, time, meters);
    states =
        new StateWatch(vertx, options.id(), options.dataDir(), bus, time, meters, new Watched());
    return Future.all(
        states.start(),
        bus.serve(Endpoints.PROPOSE, this::propose),
        bus.serve(Endpoints.STATE, this::state),
        bus.serve(Endpoints.AUTHORITY, this::authority));
  }

  private Future<Taken> propose(Propose question) {
    if (!watch.leads()) return Future.failedFuture(notLeader());
    return proposer.propose(question.command()).map(Taken::new);
  }

  private Future<StateView> state(StateQuery question) {
    if (!ratis.distrusted()) return Future.succeededFuture(new StateView(ratis.state()));
    return Future.failedFuture(
        new SwarmException(
            SwarmException.Kind.NO_LEADER,
            "the state of manager " + options.id() + " differs from the others' and is replaced"));
  }

  private Future<Authority> authority(AuthorityQuery question) {
    Standing standing = ratis.standing();
    if (!standing.leads() || !ratis.hasMajority()) return Future.failedFuture(notLeader());
    return Future.succeededFuture(new Authority(standing.term(), ratis.state().index()));
  }

  private SwarmException notLeader() {
    String leader = watch.current().leader();
    return new SwarmException(
        SwarmException.Kind.NOT_LEADER,
        leader.isEmpty() || watch.leads()
            ? "manager " + options.id() + " cannot speak for a majority"
            : "manager " + leader + " leads");
  }

  private void lookNowAndThen() {
    if (stopping) return;
    look();
    proposer.sweep();
    states.tick(watch.current());
    boolean leaderless = watch.current().leader().isEmpty();
    vertx.setTimer(
        leaderless ? LOOK_WITHOUT_LEADER_MILLIS : LOOK_MILLIS, timer -> lookNowAndThen());
  }

  private void look() {
    if (stopping || ratis == null) return;
    Standing standing = ratis.standing();
    meters.progress(standing.term(), ratis.appliedIndex());
    if (watch.changed(standing)) announce();
    if (!standing.alive()) end(closed());
  }

  private void announce() {
    log.info("manager {}: {}", options.id(), watch.current());
    meters.role(watch.current(), watch.leads());
    if (!watch.leads()) proposer.abandon();
    bus.publish(Topics.ROLE, watch.current());
  }

  private String closed() {
    String problem = ratis.problem();
    return problem.isEmpty() ? "its Raft division has closed" : problem;
  }

  private void end(String reason) {
    if (!stopping && ended.tryComplete(reason)) {
      log.error("manager {} takes no part any more: {}", options.id(), reason);
    }
  }

  @Override
  public Future<?> stop() {
    stopping = true;
    feed.close();
    meters.close();
    if (ratis == null) return Future.succeededFuture();
    proposer.abandon();
    return vertx.executeBlocking(
        () -> {
          if (states != null) states.close();
          ratis.close();
          return null;
        },
        false);
  }

  /** What the watch over the state may do. */
  private final class Watched implements StateWatch.Owner {
    @Override
    public RatisLog log() {
      return ratis;
    }

    @Override
    public void look() {
      ConsensusVerticle.this.look();
    }

    @Override
    public void end(String reason) {
      ConsensusVerticle.this.end(reason);
    }
  }

  /** Brings what happens on Ratis' threads to this verticle's. */
  private final class Listener implements LogListener {
    @Override
    public void applied(ClusterState.Applied entry) {
      feed.applied(entry);
    }

    @Override
    public void replaced(ClusterState state) {
      feed.replaced(state);
    }

    @Override
    public void mended(ClusterState state) {
      feed.mended(state);
    }

    @Override
    public void leadershipChanged() {
      context.runOnContext(turn -> look());
    }

    @Override
    public void failed(String reason) {
      context.runOnContext(turn -> end(reason));
    }
  }
}
