package dev.swarm.consensus;

import dev.swarm.bus.Messages.GroupMember;
import dev.swarm.bus.Messages.GroupView;
import dev.swarm.bus.Messages.GuardChanged;
import dev.swarm.bus.Messages.GuardState;
import dev.swarm.bus.SwarmBus;
import dev.swarm.bus.Topics;
import dev.swarm.consensus.formation.Identity;
import dev.swarm.consensus.gate.Proposer;
import dev.swarm.consensus.guard.Disk;
import dev.swarm.consensus.guard.Healing;
import dev.swarm.consensus.guard.Observation;
import dev.swarm.consensus.guard.RoleGuard;
import dev.swarm.consensus.guard.Space;
import dev.swarm.consensus.guard.SpaceLevel;
import dev.swarm.consensus.guard.Trouble;
import dev.swarm.consensus.guard.Verdict;
import dev.swarm.consensus.meters.ConsensusMeters;
import dev.swarm.consensus.raft.LogListener;
import dev.swarm.consensus.raft.RaftOptions;
import dev.swarm.consensus.raft.RatisLog;
import dev.swarm.consensus.raft.Standing;
import dev.swarm.consensus.storage.OpenLogFiles;
import dev.swarm.model.ClusterState;
import dev.swarm.model.Command;
import dev.swarm.model.Outcome;
import dev.swarm.model.SwarmException;
import dev.swarm.model.SwarmException.Kind;
import dev.swarm.model.TimeSource;
import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The log of this manager under its guard: does what {@link RoleGuard} decides, closes the log when
 * it must and opens it again when {@link Healing} says so. One event loop; what blocks runs
 * elsewhere.
 */
final class GuardedLog {
  private static final Logger log = LoggerFactory.getLogger(GuardedLog.class);
  private static final long DISK_NANOS = 1_000_000_000L;
  private static final int RETRY_AFTER_MILLIS = 5_000;

  /** A log that misses entries it should apply never closes; its folder stays taken. */
  static final long CLOSE_LIMIT_MILLIS = 10_000;

  /** How a log is opened, for a listener of its own; blocks. */
  interface Opener {
    RatisLog open(LogListener listener);
  }

  /** What is to be known of it. */
  interface Owner {
    /** Who leads may have changed. */
    void look();

    /** An entry was applied; on any thread. */
    void applied(ClusterState.Applied entry);

    /** Everything may be different; on any thread. */
    void replaced(ClusterState state);

    /** What was told before may have been wrong; on any thread. */
    void mended(ClusterState state);
  }

  private final Context context;
  private final RaftOptions options;
  private final Opener opener;
  private final Owner owner;
  private final SwarmBus bus;
  private final TimeSource time;
  private final ConsensusMeters meters;
  private final Disk disk;
  private final RoleGuard guard = new RoleGuard();
  private final Healing healing = new Healing();
  private final Promise<String> ended = Promise.promise();
  private final List<Proposer> retired = new ArrayList<>();

  private RatisLog ratis;
  private Proposer proposer;
  private Events events;
  private Future<?> closing = Future.succeededFuture();
  private ClusterState last = ClusterState.EMPTY;
  private long term;
  private boolean wrong;
  private GuardChanged told = new GuardChanged(GuardState.UP, "");
  private volatile Space space = Space.UNKNOWN;
  private long diskNanos;
  private boolean lookingAtDisk;
  private long downNanos;
  private boolean stopping;
  private boolean withdrawn;

  /** Something new was applied: the log works, or did. */
  private boolean proven;

  private long openedAt;

  /** Opens nothing yet. */
  GuardedLog(
      Context context,
      RaftOptions options,
      Opener opener,
      Owner owner,
      SwarmBus bus,
      TimeSource time,
      ConsensusMeters meters) {
    this.context = context;
    this.options = options;
    this.opener = opener;
    this.owner = owner;
    this.bus = bus;
    this.time = time;
    this.meters = meters;
    disk = new Disk(options.dataDir());
  }

  /** Completes with the reason when this replica will not heal. */
  Future<String> ended() {
    return ended.future();
  }

  /** Opens the log; fails with one clear line. */
  Future<?> open() {
    Events mine = new Events();
    events = mine;
    return blocking(
            () -> {
              RatisLog opened = opener.open(mine);
              takeReserve();
              return opened;
            })
        .onSuccess(opened -> use(opened, mine));
  }

  private void takeReserve() {
    try {
      disk.reserve();
    } catch (IOException without) {
      log.warn("no room is held in reserve in {}: {}", options.dataDir(), without.toString());
    }
  }

  private void use(RatisLog opened, Events mine) {
    if (stopping || withdrawn) {
      closing = close(opened);
      return;
    }
    long overdueNanos = TimeUnit.MILLISECONDS.toNanos(2L * options.electionMaxMillis());
    ratis = opened;
    openedAt = opened.appliedIndex();
    proposer = new Proposer(context, opened, overdueNanos, time, meters);
    guard.opened();
    if (wrong) owner.mended(opened.state());
    wrong = false;
    tell(GuardState.UP, "");
    if (mine.lost != null) takeDown(mine.lost, mine.why);
  }

  /** The log that is open; null while the role is down. */
  RatisLog current() {
    return ratis;
  }

  /** Where we stand; without a log nowhere. */
  Standing standing() {
    if (ratis == null) return new Standing(false, false, "", term);
    Standing standing = ratis.standing();
    term = standing.term();
    return standing;
  }

  /** The newest state applied here, by this log or by one before. */
  ClusterState state() {
    if (ratis != null && ratis.state().index() >= last.index()) last = ratis.state();
    return last;
  }

  /** Whether the state is known to be wrong. */
  boolean distrusted() {
    return ratis != null && ratis.distrusted();
  }

  /** This replica cannot be trusted, and nothing makes it better. */
  void refuse(String reason) {
    takeDown(Trouble.REFUSED, reason);
  }

  /** It is no member of the group any more: the log is closed, and stays so. */
  void withdraw(String reason) {
    withdrawn = true;
    if (ratis == null) tell(GuardState.DOWN, reason);
    else takeDown(Trouble.REMOVED, reason);
  }

  /** Who the members of the group are. */
  GroupView group() {
    return requireOpen().group();
  }

  /** Changes who the members are. */
  Future<?> regroup(List<GroupMember> voters) {
    return Future.fromCompletionStage(requireOpen().regroup(voters), context);
  }

  private RatisLog requireOpen() {
    if (ratis != null) return ratis;
    throw new SwarmException(Kind.NOT_LEADER, told.reason());
  }

  /** Index of the last entry applied; 0 without a log. */
  long appliedIndex() {
    return ratis == null ? 0 : ratis.appliedIndex();
  }

  /** Whether a majority acknowledged a moment ago that we lead. */
  boolean hasMajority() {
    return ratis != null && ratis.hasMajority();
  }

  /** Proposes; refused without a log, or when the disk is too full for this command. */
  Future<Outcome> propose(Command command) {
    if (ratis == null) throw new SwarmException(Kind.NOT_LEADER, told.reason());
    if (guard.level() != SpaceLevel.AMPLE && !keepsTheFleetKnown(command)) {
      meters.failed(command.kind(), Kind.OVERLOADED);
      throw new SwarmException(Kind.OVERLOADED, noProposals(), RETRY_AFTER_MILLIS);
    }
    return proposer.propose(command);
  }

  /** Small entries without which workers would be lost, or the trouble not be mended. */
  private static boolean keepsTheFleetKnown(Command asked) {
    Command command = asked instanceof Command.Once once ? once.command() : asked;
    return command instanceof Command.BeginCluster
        || command instanceof Command.BeginEpoch
        || command instanceof Command.OpenSessions
        || command instanceof Command.SetStatus
        || command instanceof Command.PutManager
        || command instanceof Command.StepManager
        || command instanceof Command.AdmitManager
        || command instanceof Command.PromoteManager
        || command instanceof Command.RemoveManager
        || command instanceof Command.ForgetManager;
  }

  private String noProposals() {
    return "the disk of manager "
        + options.id()
        + " is too full for new entries: "
        + space
        + ", "
        + (SpaceLevel.SCARCE.beginsBelow(space.totalBytes()) >> 20)
        + " MiB are needed";
  }

  /** We do not lead any more. */
  void abandon() {
    if (proposer != null) proposer.abandon();
  }

  /** To be called a few times a second: looks, decides, acts. */
  void look() {
    lookAtDisk();
    retired.forEach(Proposer::sweep);
    retired.removeIf(Proposer::idle);
    if (ratis == null) return;
    proven |= ratis.appliedIndex() > openedAt;
    Observation seen = ratis.observe(space);
    meters.snapshots(seen.snapshots().newest(), seen.snapshots().failures());
    Verdict verdict = guard.look(seen, time.nanos());
    switch (verdict.action()) {
      case NONE -> tellHowItIs();
      case HAND_OVER -> handOver(verdict);
      case STEP_DOWN -> stepDown(verdict);
      case TAKE_DOWN -> takeDown(verdict.trouble(), verdict.reason());
    }
    if (ratis != null) proposer.sweep();
  }

  private void tellHowItIs() {
    if (guard.level() != SpaceLevel.AMPLE) {
      if (told.state() != GuardState.NO_PROPOSALS) tell(GuardState.NO_PROPOSALS, noProposals());
    } else if (guard.warning().isEmpty()) {
      tell(GuardState.UP, "");
    } else if (told.state() != GuardState.IMPAIRED) {
      warn(guard.warning());
    }
  }

  private void warn(String reason) {
    log.error("manager {}: {}; {}", options.id(), reason, Trouble.NO_SNAPSHOT.advice());
    tell(GuardState.IMPAIRED, reason);
  }

  private void handOver(Verdict verdict) {
    String peer = ratis.observe(space).follower().peer();
    String heir = Identity.managerOf(peer);
    acted(verdict);
    log.warn(
        "manager {} hands leadership over to {}: {}; {}",
        options.id(),
        heir,
        verdict.reason(),
        verdict.trouble().advice());
    ratis
        .handOver(peer)
        .whenComplete(
            (done, failure) -> {
              if (failure != null) log.warn("{} did not take over: {}", heir, failure.getMessage());
            });
  }

  /** Lets another manager lead because that is wanted; fails when it does not take over. */
  Future<Void> handOver(String heir) {
    if (ratis == null || !ratis.observe(space).leads()) {
      return Future.failedFuture(
          new SwarmException(Kind.NOT_LEADER, "manager " + options.id() + " does not lead"));
    }
    return ratis.otherPeers().stream()
        .filter(peer -> Identity.managerOf(peer).equals(heir))
        .findFirst()
        .map(peer -> Future.<Void>fromCompletionStage(ratis.handOver(peer).thenApply(done -> null)))
        .orElseGet(() -> Future.failedFuture("it is no member"))
        .recover(
            failure ->
                Future.failedFuture(
                    new SwarmException(
                        Kind.CONFLICT,
                        "manager " + heir + " does not take over: " + failure.getMessage())));
  }

  private void stepDown(Verdict verdict) {
    acted(verdict);
    log.warn("manager {} ceases to lead: {}", options.id(), verdict.reason());
    ratis.stepDown();
  }

  private void acted(Verdict verdict) {
    meters.acted(verdict.action(), verdict.trouble().label());
  }

  /** Closes the log, and opens it later if that can help. */
  private void takeDown(Trouble trouble, String reason) {
    if (ratis == null || stopping) return;
    proven |= ratis.appliedIndex() > openedAt;
    wrong = ratis.distrusted();
    last = wrong ? ClusterState.EMPTY : state();
    RatisLog old = ratis;
    proposer.abandon();
    retired.add(proposer);
    ratis = null;
    proposer = null;
    events = null;
    closing = close(old);
    shutOut(trouble, reason);
  }

  /** The role is down. */
  private void shutOut(Trouble trouble, String reason) {
    downNanos = time.nanos();
    meters.acted(Verdict.Action.TAKE_DOWN, trouble.label());
    if (withdrawn) log.warn("manager {} takes no part any more: {}", options.id(), reason);
    else tellTrouble(trouble, reason);
    tell(GuardState.DOWN, reason);
    owner.look();
    if (withdrawn) return;
    boolean fromTheStart = trouble == Trouble.LOG_FAILED && !proven;
    if (fromTheStart || !healing.down(trouble, time.nanos())) ended.tryComplete(reason);
    else closing.onComplete(closed -> afterClosing(closed, trouble, reason));
  }

  private void tellTrouble(Trouble trouble, String reason) {
    log.error("manager {} takes no part any more: {}; {}", options.id(), reason, trouble.advice());
  }

  private void afterClosing(AsyncResult<?> closed, Trouble trouble, String reason) {
    if (closed.cause() instanceof TimeoutException) {
      ended.tryComplete(reason + "; its log does not close: start the process again");
    } else {
      healLater(trouble);
    }
  }

  private Future<?> close(RatisLog old) {
    return blocking(
            () -> {
              try {
                old.restoreVote();
              } finally {
                old.close();
              }
              return null;
            })
        .timeout(CLOSE_LIMIT_MILLIS, TimeUnit.MILLISECONDS)
        .onFailure(failure -> log.warn("the log did not close in order: {}", failure.toString()));
  }

  private void healLater(Trouble trouble) {
    context.owner().setTimer(healing.nextWaitMillis(), timer -> heal(trouble));
  }

  private void heal(Trouble trouble) {
    if (stopping || withdrawn) return;
    blocking(() -> prepare(trouble))
        .onSuccess(
            room -> {
              space = room;
              open().onSuccess(opened -> healed()).onFailure(failure -> unopened(trouble, failure));
            })
        .onFailure(
            failure -> {
              tell(GuardState.DOWN, "the disk does not work: " + failure.getMessage());
              healLater(trouble);
            });
  }

  /** Fails while the disk does not work or is full. */
  private Space prepare(Trouble trouble) throws IOException {
    Space room = disk.space();
    if (SpaceLevel.SPENT.after(room).compareTo(SpaceLevel.LOW) >= 0) {
      throw new IOException(room.toString());
    }
    disk.probe();
    if (trouble == Trouble.LOG_FAILED) OpenLogFiles.persist(options.dataDir().resolve("raft"));
    return room;
  }

  private void unopened(Trouble trouble, Throwable failure) {
    if (stopping) return;
    log.warn("manager {} cannot open its log again: {}", options.id(), failure.getMessage());
    tell(GuardState.DOWN, failure.getMessage());
    if (healing.failed()) healLater(trouble);
    else ended.tryComplete(failure.getMessage());
  }

  private void healed() {
    long millis = TimeUnit.NANOSECONDS.toMillis(time.nanos() - downNanos);
    log.info("manager {} takes part again after {} ms", options.id(), millis);
    owner.look();
  }

  private void tell(GuardState state, String reason) {
    GuardChanged news = new GuardChanged(state, reason);
    if (news.equals(told)) return;
    if (state != told.state() && state == GuardState.NO_PROPOSALS) log.warn(reason);
    if (state == GuardState.UP && told.state() == GuardState.IMPAIRED) {
      log.info("manager {} takes snapshots again", options.id());
    }
    told = news;
    meters.guard(state);
    bus.publish(Topics.GUARD, news);
  }

  private void lookAtDisk() {
    long now = time.nanos();
    if (lookingAtDisk || now - diskNanos < DISK_NANOS) return;
    lookingAtDisk = true;
    RatisLog open = ratis;
    blocking(() -> roomAndVote(open))
        .onSuccess(
            room -> {
              space = room;
              meters.free(room.freeBytes());
            })
        .onFailure(failure -> log.warn("the disk cannot be looked at: {}", failure.toString()))
        .onComplete(
            looked -> {
              lookingAtDisk = false;
              diskNanos = time.nanos();
            });
  }

  private Space roomAndVote(RatisLog open) throws IOException {
    Space room = disk.space();
    if (open != null && SpaceLevel.AMPLE.after(room) == SpaceLevel.SPENT) {
      disk.release();
      if (open.restoreVote())
        log.warn("the record of the vote was lost on the full disk: restored");
    }
    return room;
  }

  private <T> Future<T> blocking(Callable<T> work) {
    return context.executeBlocking(work, false);
  }

  /** Closes the log for good; goes on without it when it does not close in time. */
  Future<?> close() {
    stopping = true;
    if (ratis != null) {
      proposer.abandon();
      closing = close(ratis);
      ratis = null;
    }
    return closing.otherwiseEmpty();
  }

  /** Brings what happens to one opened log, on Ratis' threads, to the event loop. */
  private final class Events implements LogListener {
    private Trouble lost;
    private String why;

    @Override
    public void applied(ClusterState.Applied entry) {
      owner.applied(entry);
    }

    @Override
    public void replaced(ClusterState state) {
      owner.replaced(state);
    }

    @Override
    public void mended(ClusterState state) {
      owner.mended(state);
    }

    @Override
    public void leadershipChanged() {
      context.runOnContext(turn -> owner.look());
    }

    @Override
    public void failed(String reason) {
      lose(Trouble.REFUSED, reason);
    }

    @Override
    public void logFailed(String reason) {
      try {
        disk.release();
      } catch (IOException kept) {
        log.warn("the reserve could not be given up: {}", kept.toString());
      }
      lose(Trouble.LOG_FAILED, reason);
    }

    @Override
    public void closed(String reason) {
      lose(Trouble.CLOSED, reason);
    }

    /** Remembered, too, for the case that the log is still being opened. */
    private void lose(Trouble trouble, String reason) {
      context.runOnContext(
          turn -> {
            if (events != this || lost != null) return;
            lost = trouble;
            why = reason;
            takeDown(trouble, reason);
          });
    }
  }
}
