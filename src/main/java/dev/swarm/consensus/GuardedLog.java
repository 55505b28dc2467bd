package dev.swarm.consensus;

import dev.swarm.bus.Messages.Digests;
import dev.swarm.bus.Messages.GroupMember;
import dev.swarm.bus.Messages.GroupView;
import dev.swarm.bus.SwarmBus;
import dev.swarm.consensus.formation.Identity;
import dev.swarm.consensus.guard.Observation;
import dev.swarm.consensus.guard.RoleGuard;
import dev.swarm.consensus.guard.SpaceLevel;
import dev.swarm.consensus.guard.Trouble;
import dev.swarm.consensus.guard.Verdict;
import dev.swarm.consensus.meters.ConsensusMeters;
import dev.swarm.consensus.raft.RaftOptions;
import dev.swarm.consensus.raft.RatisLog;
import dev.swarm.consensus.raft.Standing;
import dev.swarm.model.ClusterState;
import dev.swarm.model.Command;
import dev.swarm.model.Outcome;
import dev.swarm.model.Rules;
import dev.swarm.model.SwarmException;
import dev.swarm.model.SwarmException.Kind;
import dev.swarm.model.TimeSource;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The log of this manager under its guard, whether one is open or not: answers for it, and does
 * what {@link RoleGuard} decides. One event loop.
 */
final class GuardedLog {
  private static final int RETRY_AFTER_MILLIS = 5_000;

  private final Context context;
  private final RaftOptions options;
  private final TimeSource time;
  private final ConsensusMeters meters;
  private final DiskWatch disk;
  private final GuardVoice voice;
  private final LogKeeper keeper;
  private final Redial redial;

  /** What the followers of this leader told last. */
  private final Map<String, SpaceLevel> rooms = new HashMap<>();

  private final KnownRules rules = new KnownRules();

  private long term;

  /** Opens nothing yet. */
  GuardedLog(
      Context context,
      RaftOptions options,
      LogKeeper.Opener opener,
      LogOwner owner,
      SwarmBus bus,
      TimeSource time,
      ConsensusMeters meters) {
    this.context = context;
    this.options = options;
    this.time = time;
    this.meters = meters;
    disk = new DiskWatch(context, options.dataDir(), time, meters);
    voice = new GuardVoice(options.id(), bus, meters);
    keeper =
        new LogKeeper(
            context, options, opener, owner, this::rulesToWriteBy, disk, voice, time, meters);
    redial = new Redial(context, time, 2 * options.electionMaxMillis());
  }

  /** Completes with the reason when this replica will not heal. */
  Future<String> ended() {
    return keeper.ended();
  }

  /** Opens the log; fails with one clear line. */
  Future<?> open() {
    return keeper.open();
  }

  /** The log that is open; null while the role is down. */
  RatisLog current() {
    OpenLog open = keeper.current();
    return open == null ? null : open.ratis();
  }

  /** Where we stand; without a log nowhere. */
  Standing standing() {
    RatisLog ratis = current();
    if (ratis == null) return new Standing(false, false, "", term);
    Standing standing = ratis.standing();
    term = standing.term();
    return standing;
  }

  /** The newest state applied here, by this log or by one before. */
  ClusterState state() {
    return keeper.state();
  }

  /** Whether the newest state is known to be wrong, or older than a wrong one that was told. */
  boolean distrusted() {
    return keeper.distrusted();
  }

  /** Index of the last entry applied; 0 without a log. */
  long appliedIndex() {
    RatisLog ratis = current();
    return ratis == null ? 0 : ratis.appliedIndex();
  }

  /** Whether a majority acknowledged a moment ago that we lead. */
  boolean hasMajority() {
    RatisLog ratis = current();
    return ratis != null && ratis.hasMajority();
  }

  /** Who the members of the group are. */
  GroupView group() {
    return requireOpen().ratis().group();
  }

  /** Changes who the members are. */
  Future<?> regroup(List<GroupMember> voters) {
    return Future.fromCompletionStage(requireOpen().ratis().regroup(voters), context);
  }

  private OpenLog requireOpen() {
    OpenLog open = keeper.current();
    if (open != null) return open;
    throw new SwarmException(Kind.NOT_LEADER, voice.reason());
  }

  /** Proposes; refused without a log, or when the disk is too full for this command. */
  Future<Outcome> propose(Command command) {
    OpenLog open = requireOpen();
    if (!open.guard().level().admits(command)) {
      meters.failed(command.kind(), Kind.OVERLOADED);
      throw new SwarmException(Kind.OVERLOADED, noProposals(), RETRY_AFTER_MILLIS);
    }
    return open.proposer().propose(command);
  }

  private String noProposals() {
    return "the disk of manager "
        + options.id()
        + " is too full for new entries: "
        + disk.space()
        + ", "
        + (SpaceLevel.SCARCE.beginsBelow(disk.space().totalBytes()) >> 20)
        + " MiB are needed";
  }

  /** How short of room the disk is: the place among the {@link SpaceLevel}s. */
  int shortage() {
    OpenLog open = keeper.current();
    return open == null ? 0 : open.guard().level().ordinal();
  }

  /** Another manager says how it is. */
  void heard(Digests told) {
    rooms.put(told.manager(), SpaceLevel.of(told.shortage()));
    rules.heard(told.manager(), told.version());
  }

  private Rules rulesToWriteBy() {
    Rules inForce = state().rules();
    RatisLog ratis = current();
    if (inForce == Rules.NEWEST || ratis == null) return inForce;
    return rules.next(inForce, ratis.otherPeers().stream().map(Identity::managerOf).toList());
  }

  /** We do not lead any more. */
  void abandon() {
    OpenLog open = keeper.current();
    if (open != null) open.proposer().abandon();
  }

  /** This replica cannot be trusted, and nothing makes it better. */
  void refuse(String reason) {
    keeper.takeDown(Trouble.REFUSED, reason);
  }

  /** It is no member of the group any more: the log is closed, and stays so. */
  void withdraw(String reason) {
    keeper.withdraw(reason);
  }

  /** Closes the log for good; goes on without it when it does not close in time. */
  Future<?> close() {
    return keeper.stop();
  }

  /** To be called a few times a second: looks, decides, acts. */
  void look() {
    disk.look(current());
    keeper.sweepRetired();
    if (keeper.current() != null) watch(keeper.current());
    if (keeper.current() != null) keeper.current().proposer().sweep();
  }

  private void watch(OpenLog open) {
    redial.look(open.ratis());
    Observation seen = open.ratis().observe(disk.space(), rooms);
    if (!seen.leads()) {
      rooms.clear();
      rules.forget();
    }
    meters.snapshots(seen.snapshots().newest(), seen.snapshots().failures());
    Verdict verdict = open.guard().look(seen, time.nanos());
    switch (verdict.action()) {
      case NONE -> tellHowItIs(open.guard());
      case HAND_OVER -> handOver(open.ratis(), seen.heir(open.guard().level()).peer(), verdict);
      case STEP_DOWN -> {
        voice.stepsDown(verdict);
        open.ratis().stepDown();
      }
      case TAKE_SNAPSHOT -> {
        voice.takesSnapshot(verdict);
        open.ratis().snapshot();
      }
      case TAKE_DOWN -> keeper.takeDown(verdict.trouble(), verdict.reason());
    }
  }

  private void tellHowItIs(RoleGuard guard) {
    if (guard.level() != SpaceLevel.AMPLE) voice.noProposals(noProposals());
    else if (guard.warning().trouble() == null) voice.up();
    else voice.impaired(guard.warning());
  }

  private void handOver(RatisLog ratis, String peer, Verdict verdict) {
    String heir = Identity.managerOf(peer);
    voice.handsOver(heir, verdict);
    ratis
        .handOver(peer)
        .whenComplete(
            (done, failure) -> {
              if (failure != null) voice.stillLeads(heir, failure);
            });
  }

  /** Lets another manager lead because that is wanted; fails when it does not take over. */
  Future<Void> handOver(String heir) {
    RatisLog ratis = current();
    if (ratis == null || !ratis.observe(disk.space(), rooms).leads()) {
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
}
