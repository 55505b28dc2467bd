package dev.swarm.consensus;

import dev.swarm.bus.Endpoints;
import dev.swarm.bus.EventKind;
import dev.swarm.bus.Messages.Authority;
import dev.swarm.bus.Messages.AuthorityQuery;
import dev.swarm.bus.Messages.Digests;
import dev.swarm.bus.Messages.Done;
import dev.swarm.bus.Messages.GroupQuery;
import dev.swarm.bus.Messages.GroupView;
import dev.swarm.bus.Messages.Happened;
import dev.swarm.bus.Messages.Propose;
import dev.swarm.bus.Messages.Regroup;
import dev.swarm.bus.Messages.StateQuery;
import dev.swarm.bus.Messages.StateView;
import dev.swarm.bus.Messages.Taken;
import dev.swarm.bus.Messages.Withdraw;
import dev.swarm.bus.SwarmBus;
import dev.swarm.bus.Topics;
import dev.swarm.consensus.digests.StateWatch;
import dev.swarm.consensus.meters.ConsensusMeters;
import dev.swarm.consensus.raft.RaftOptions;
import dev.swarm.consensus.raft.RatisLog;
import dev.swarm.consensus.raft.Standing;
import dev.swarm.consensus.storage.LogFiles;
import dev.swarm.model.Causes;
import dev.swarm.model.ClusterState;
import dev.swarm.model.SwarmException;
import dev.swarm.model.TimeSource;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import java.io.IOException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This manager's part in the group: takes proposals, publishes what is applied and who leads. When
 * its log cannot go on it takes no part until the log can be opened again.
 */
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
  private GuardedLog guarded;
  private StateWatch states;
  private boolean stopping;

  /** Deploy one per manager. */
  public ConsensusVerticle(
      RaftOptions options, SwarmBus bus, TimeSource time, MeterRegistry meters) {
    this(options, LogFiles.SEGMENT_BYTES, bus, time, meters);
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
   * damaged log, an entry of a newer program. The process should end then. What heals, such as a
   * full disk, is no such end.
   */
  public Future<String> ended() {
    return ended.future();
  }

  @Override
  public Future<?> start() {
    meters = new ConsensusMeters(registry);
    feed = new NewsFeed(context, bus);
    guarded =
        new GuardedLog(
            context,
            options,
            listener -> RatisLog.open(options, segmentBytes, listener, time),
            new Owner(),
            bus,
            time,
            meters);
    guarded.ended().onSuccess(ended::tryComplete);
    return guarded
        .open()
        .compose(opened -> serve())
        .onSuccess(serving -> lookNowAndThen())
        .recover(failure -> stop().transform(stopped -> Future.failedFuture(failure)));
  }

  private Future<?> serve() {
    states =
        new StateWatch(vertx, options.id(), options.dataDir(), bus, time, meters, new Watched());
    return Future.all(
        List.of(
            states.start(),
            bus.serve(Endpoints.PROPOSE, this::propose),
            bus.serve(Endpoints.STATE, this::state),
            bus.serve(Endpoints.AUTHORITY, this::authority),
            bus.serve(Endpoints.GROUP, this::group),
            bus.serve(Endpoints.REGROUP, this::regroup),
            bus.serve(
                Endpoints.HAND_OVER,
                asked -> guarded.handOver(asked.manager()).map(done -> new Done())),
            bus.serve(Endpoints.WITHDRAW, this::withdraw)));
  }

  private Future<GroupView> group(GroupQuery question) {
    if (!watch.leads()) return Future.failedFuture(notLeader());
    return Future.succeededFuture(guarded.group());
  }

  private Future<Done> regroup(Regroup wish) {
    if (!watch.leads()) return Future.failedFuture(notLeader());
    return guarded
        .regroup(wish.voters())
        .map(regrouped -> new Done())
        .recover(ConsensusVerticle::notDone);
  }

  private static <T> Future<T> notDone(Throwable failure) {
    return Future.failedFuture(
        new SwarmException(SwarmException.Kind.CONFLICT, Causes.first(failure)));
  }

  private Future<Done> withdraw(Withdraw order) {
    guarded.withdraw(order.reason());
    return Future.succeededFuture(new Done());
  }

  private Future<Taken> propose(Propose question) {
    if (!watch.leads()) return Future.failedFuture(notLeader());
    return guarded.propose(question.command()).map(Taken::new);
  }

  private Future<StateView> state(StateQuery question) {
    if (!guarded.distrusted()) return Future.succeededFuture(new StateView(guarded.state()));
    return Future.failedFuture(
        new SwarmException(
            SwarmException.Kind.NO_LEADER,
            "the state of manager " + options.id() + " differs from the others' and is replaced"));
  }

  private Future<Authority> authority(AuthorityQuery question) {
    Standing standing = guarded.standing();
    if (!standing.leads() || !guarded.hasMajority()) return Future.failedFuture(notLeader());
    return Future.succeededFuture(new Authority(standing.term(), guarded.state().index()));
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
    boolean leaderless = watch.current().leader().isEmpty();
    // First: whatever a look ends with, it is not the last one.
    vertx.setTimer(
        leaderless ? LOOK_WITHOUT_LEADER_MILLIS : LOOK_MILLIS, timer -> lookNowAndThen());
    guarded.look();
    look();
    states.tick(watch.current());
  }

  private void look() {
    if (stopping) return;
    Standing standing = guarded.standing();
    meters.progress(standing.term(), guarded.appliedIndex());
    if (watch.changed(standing)) announce();
  }

  private void announce() {
    log.info("manager {}: {}", options.id(), watch.current());
    meters.role(watch.current(), watch.leads());
    if (!watch.leads()) guarded.abandon();
    bus.publish(Topics.ROLE, watch.current());
  }

  @Override
  public Future<?> stop() {
    stopping = true;
    feed.close();
    meters.close();
    return guarded.close().compose(closed -> vertx.executeBlocking(this::closeStates, false));
  }

  private Void closeStates() throws IOException {
    if (states != null) states.close();
    return null;
  }

  /** What the watch over the state may do. */
  private final class Watched implements StateWatch.Owner {
    @Override
    public RatisLog log() {
      return guarded.current();
    }

    @Override
    public void look() {
      ConsensusVerticle.this.look();
    }

    @Override
    public int shortage() {
      return guarded.shortage();
    }

    @Override
    public void heard(Digests told) {
      guarded.heard(told);
    }

    @Override
    public void end(String reason) {
      guarded.refuse(reason);
    }
  }

  /** What the log tells; its role is announced at once, its entries in the feed's order. */
  private final class Owner implements LogOwner {
    @Override
    public void look() {
      ConsensusVerticle.this.look();
    }

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
      meters.trusted(true);
      String what = "has the right state again, as of log entry " + state.index();
      log.warn("manager {} {}", options.id(), what);
      bus.publish(Topics.EVENTS, new Happened(EventKind.STATE_MENDED, options.id(), what));
      feed.mended(state);
    }
  }
}
