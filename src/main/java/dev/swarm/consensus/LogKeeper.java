package dev.swarm.consensus;

import dev.swarm.consensus.gate.Proposer;
import dev.swarm.consensus.guard.HandOvers;
import dev.swarm.consensus.guard.Healing;
import dev.swarm.consensus.guard.RoleGuard;
import dev.swarm.consensus.guard.Trouble;
import dev.swarm.consensus.meters.ConsensusMeters;
import dev.swarm.consensus.raft.LogListener;
import dev.swarm.consensus.raft.RaftOptions;
import dev.swarm.consensus.raft.RatisLog;
import dev.swarm.model.ClusterState;
import dev.swarm.model.Rules;
import dev.swarm.model.TimeSource;
import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens the log, closes it when told or when it is lost, and opens it again when {@link Healing}
 * says that this may help. Keeps what outlives one log: the newest state, the hand-overs, commands
 * that still wait for an answer. One event loop; what blocks runs elsewhere.
 */
final class LogKeeper {
  private static final Logger log = LoggerFactory.getLogger(LogKeeper.class);

  /** A log that misses entries it should apply never closes; its folder stays taken. */
  static final long CLOSE_LIMIT_MILLIS = 10_000;

  /** How a log is opened, for a listener of its own; blocks. */
  interface Opener {
    RatisLog open(LogListener listener);
  }

  private final Context context;
  private final RaftOptions options;
  private final Opener opener;
  private final LogOwner owner;
  private final Supplier<Rules> rules;
  private final Told told;
  private final DiskWatch disk;
  private final GuardVoice voice;
  private final TimeSource time;
  private final ConsensusMeters meters;
  private final Healing healing = new Healing();
  private final HandOvers handOvers = new HandOvers();
  private final Promise<String> ended = Promise.promise();
  private final List<Proposer> retired = new ArrayList<>();

  private OpenLog current;
  private LogEvents events;
  private Future<?> opening = Future.succeededFuture();
  private Future<?> closing = Future.succeededFuture();
  private ClusterState last = ClusterState.EMPTY;
  private boolean proven;
  private long downNanos;
  private boolean stopping;
  private boolean withdrawn;

  /** Opens nothing yet. */
  LogKeeper(
      Context context,
      RaftOptions options,
      Opener opener,
      LogOwner owner,
      Supplier<Rules> rules,
      DiskWatch disk,
      GuardVoice voice,
      TimeSource time,
      ConsensusMeters meters) {
    this.context = context;
    this.options = options;
    this.opener = opener;
    this.owner = owner;
    this.rules = rules;
    told = new Told(owner);
    this.disk = disk;
    this.voice = voice;
    this.time = time;
    this.meters = meters;
  }

  /** Completes with the reason when this replica will not heal. */
  Future<String> ended() {
    return ended.future();
  }

  /** The log that is open; null for none. */
  OpenLog current() {
    return current;
  }

  /** The newest state applied here, by this log or by one before. */
  ClusterState state() {
    if (current == null) return last;
    ClusterState now = current.ratis().state();
    if (now.index() >= last.index()) last = now;
    return last;
  }

  /** Whether the newest state is known to be wrong, or older than a wrong one that was told. */
  boolean distrusted() {
    return told.isWrong() || current != null && current.ratis().distrusted();
  }

  /** Opens the log; fails with one clear line. */
  Future<?> open() {
    LogEvents mine = new LogEvents(context, owner, told, disk, this::lost);
    events = mine;
    opening =
        context
            .executeBlocking(
                () -> {
                  RatisLog opened = opener.open(mine);
                  disk.takeReserve();
                  return opened;
                },
                false)
            .onSuccess(opened -> use(opened, mine));
    return opening;
  }

  private void use(RatisLog opened, LogEvents mine) {
    if (stopping || withdrawn) {
      closing = close(opened);
      return;
    }
    long overdueNanos = TimeUnit.MILLISECONDS.toNanos(2L * options.electionMaxMillis());
    Proposer proposer = new Proposer(context, opened.entrance(), rules, overdueNanos, time, meters);
    current = new OpenLog(opened, proposer, new RoleGuard(handOvers), opened.appliedIndex());
    if (mine.loss() == null) voice.up();
    else lost(mine);
  }

  private void lost(LogEvents from) {
    if (from == events) takeDown(from.loss().trouble(), from.loss().reason());
  }

  /** Commands that came before the log was closed get their answer, or none in time. */
  void sweepRetired() {
    retired.forEach(Proposer::sweep);
    retired.removeIf(Proposer::idle);
  }

  /** It is no member of the group any more: the log is closed, and stays so. */
  void withdraw(String reason) {
    withdrawn = true;
    if (current == null) voice.stillDown(reason);
    else takeDown(Trouble.REMOVED, reason);
  }

  /** Closes the log, and opens it later if that can help. */
  void takeDown(Trouble trouble, String reason) {
    if (current == null || stopping) return;
    RatisLog old = current.ratis();
    proven |= current.proven();
    if (old.distrusted()) distrustLast();
    else last = state();
    current.proposer().abandon();
    retired.add(current.proposer());
    current = null;
    events = null;
    closing = close(old);
    downNanos = time.nanos();
    voice.down(trouble, reason);
    owner.look();
    if (withdrawn) return;
    if (!healing.down(trouble, proven, time.nanos())) ended.tryComplete(reason);
    else closing.onComplete(closed -> afterClosing(closed, trouble, reason));
  }

  private void distrustLast() {
    last = ClusterState.EMPTY;
    told.wrong();
  }

  private Future<?> close(RatisLog old) {
    return context
        .executeBlocking(
            () -> {
              try {
                old.restoreVote();
              } finally {
                old.close();
              }
              return null;
            },
            false)
        .timeout(CLOSE_LIMIT_MILLIS, TimeUnit.MILLISECONDS)
        .onFailure(failure -> log.warn("the log did not close in order: {}", failure.toString()));
  }

  private void afterClosing(AsyncResult<?> closed, Trouble trouble, String reason) {
    if (closed.cause() instanceof TimeoutException) {
      ended.tryComplete(reason + "; its log does not close: start the process again");
    } else {
      healLater(trouble);
    }
  }

  private void healLater(Trouble trouble) {
    context.owner().setTimer(healing.nextWaitMillis(), timer -> heal(trouble));
  }

  private void heal(Trouble trouble) {
    if (stopping || withdrawn) return;
    disk.prepare(trouble)
        .onSuccess(ready -> openAgain(trouble))
        .onFailure(
            failure -> {
              voice.stillDown("the disk does not work: " + failure.getMessage());
              healLater(trouble);
            });
  }

  private void openAgain(Trouble trouble) {
    if (stopping || withdrawn) return;
    open().onSuccess(opened -> healed()).onFailure(failure -> unopened(trouble, failure));
  }

  private void healed() {
    if (current == null) return; // lost again, or not wanted any more
    voice.upAgain(TimeUnit.NANOSECONDS.toMillis(time.nanos() - downNanos));
    owner.look();
  }

  private void unopened(Trouble trouble, Throwable failure) {
    if (stopping) return;
    voice.unopened(failure.getMessage());
    if (healing.failed()) healLater(trouble);
    else ended.tryComplete(failure.getMessage());
  }

  /**
   * Closes the log for good, also one that is just being opened; goes on without it when it does
   * not close in time.
   */
  Future<?> stop() {
    stopping = true;
    if (current != null) {
      current.proposer().abandon();
      closing = close(current.ratis());
      current = null;
    }
    return opening
        .timeout(CLOSE_LIMIT_MILLIS, TimeUnit.MILLISECONDS)
        .transform(opened -> closing)
        .otherwiseEmpty();
  }
}
