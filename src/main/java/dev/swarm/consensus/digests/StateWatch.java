package dev.swarm.consensus.digests;

import dev.swarm.bus.Endpoints;
import dev.swarm.bus.EventKind;
import dev.swarm.bus.Messages.CopyPiece;
import dev.swarm.bus.Messages.CopyQuestion;
import dev.swarm.bus.Messages.DigestPoint;
import dev.swarm.bus.Messages.Digests;
import dev.swarm.bus.Messages.DigestsJudged;
import dev.swarm.bus.Messages.Happened;
import dev.swarm.bus.Messages.RoleChanged;
import dev.swarm.bus.Messages.StateDiffers;
import dev.swarm.bus.SwarmBus;
import dev.swarm.bus.Topics;
import dev.swarm.codec.LogCodec;
import dev.swarm.consensus.meters.ConsensusMeters;
import dev.swarm.model.SwarmException;
import dev.swarm.model.TimeSource;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares this replica's state with the others'. One that differs from the majority is trusted no
 * more: it leads nobody and tells nothing until it has taken the leader's state. Its log and its
 * vote stay what they are, so it loses nothing it has acknowledged and stays a full member.
 */
public final class StateWatch {
  private static final Logger log = LoggerFactory.getLogger(StateWatch.class);

  /** Between two reports of a follower, and between two attempts to mend. */
  static final long REPORT_NANOS = 1_000_000_000L;

  /** Between two times that we tell that no majority agrees, while that lasts. */
  static final long UNDECIDED_NANOS = 60_000_000_000L;

  private static final int NOT_TOLD = -1;

  /** What the watch needs of the verticle. */
  public interface Owner {
    /** The log, or null while there is none. */
    Replica log();

    /** Something that decides the role has changed. */
    void look();

    /** How short of room the disk is, as {@link Digests} has it. */
    int shortage();

    /** Another manager told us, who lead, how it is. */
    void heard(Digests told);

    /** This replica cannot be trusted and cannot be mended. */
    void end(String reason);
  }

  private final Vertx vertx;
  private final String self;
  private final SwarmBus bus;
  private final TimeSource time;
  private final ConsensusMeters meters;
  private final Owner owner;
  private final DigestVote vote;
  private final StateCopies copies;
  private final Mending mending;
  private RoleChanged role = new RoleChanged(null, "", 0);
  private long actedNanos;
  private long toldUndecidedNanos;
  private long checkedSnapshot = -1;
  private int toldShortage = NOT_TOLD;
  private boolean reporting;
  private boolean checking;

  /** Keeps copies of states in that folder, under temporary names. */
  public StateWatch(
      Vertx vertx,
      String self,
      Path folder,
      SwarmBus bus,
      TimeSource time,
      ConsensusMeters meters,
      Owner owner) {
    this.vertx = vertx;
    this.self = self;
    this.bus = bus;
    this.time = time;
    this.meters = meters;
    this.owner = owner;
    vote = new DigestVote(self);
    copies = new StateCopies(folder);
    StateFetch fetch = new StateFetch(vertx, bus, folder);
    mending = new Mending(vertx, self, time, meters, owner, fetch);
    actedNanos = time.nanos() - REPORT_NANOS;
    toldUndecidedNanos = time.nanos() - UNDECIDED_NANOS;
  }

  /** Serves the others. */
  public Future<?> start() {
    return Future.all(
        bus.serve(Endpoints.JUDGE_DIGESTS, this::judge),
        bus.serve(Endpoints.COPY_STATE, this::copy));
  }

  /** To be called now and then, and when the role has changed. */
  public void tick(RoleChanged current) {
    Replica replica = owner.log();
    if (replica == null) return;
    if (!current.equals(role)) {
      vote.restart();
      replica.digests().again();
      toldShortage = NOT_TOLD;
      role = current;
    }
    checkAtSnapshot(replica);
    if (time.nanos() - actedNanos < REPORT_NANOS) return;
    actedNanos = time.nanos();
    blocking(() -> copies.sweep(time.nanos()));
    if (replica.distrusted()) mending.attempt(replica, !followsNobody());
    else if (!followsNobody() && !reporting) tellNews(replica);
  }

  /**
   * A follower that has nothing to tell of its state still tells once how it is, and then that its
   * disk is short of room.
   */
  private void tellNews(Replica replica) {
    List<DigestPoint> points = replica.digests().take();
    boolean ample = owner.shortage() == 0 && toldShortage == 0;
    if (!points.isEmpty() || !ample) report(replica, points);
  }

  /** A follower tells the leader what it has. */
  private void report(Replica replica, List<DigestPoint> points) {
    if (reporting || followsNobody()) return;
    reporting = true;
    int shortage = owner.shortage();
    bus.request(Endpoints.DIGESTS, new Digests(self, points, shortage, LogCodec.VERSION))
        .onComplete(
            judged -> {
              reporting = false;
              toldShortage = shortage;
              heard(replica, judged);
            },
            failure -> {
              reporting = false;
              replica.digests().again();
            });
  }

  private boolean followsNobody() {
    return role.leader().isEmpty() || role.leader().equals(self);
  }

  private void heard(Replica replica, DigestsJudged judged) {
    if (judged.differs() != null) {
      if (stillHas(replica, judged.differs())) distrust(replica, judged.differs());
      return;
    }
    List<DigestPoint> wanted = new ArrayList<>();
    for (long index : judged.wanted()) {
      replica.digests().at(index).ifPresent(d -> wanted.add(new DigestPoint(index, d)));
    }
    if (!wanted.isEmpty()) report(replica, wanted);
  }

  private static boolean stillHas(Replica replica, StateDiffers judged) {
    return replica.digests().at(judged.index()).equals(OptionalLong.of(judged.own()));
  }

  /** The leader compares what a follower tells. */
  private Future<DigestsJudged> judge(Digests told) {
    Replica replica = leading();
    owner.heard(told);
    int equal = vote.hear(told.manager(), told.points(), replica.digests(), replica.voters());
    meters.compared(equal);
    undecided(vote.takeUndecided());
    StateDiffers theirs = vote.takeOdd(told.manager());
    if (theirs != null) {
      meters.differs();
      log.error("manager {} {}: it takes ours", told.manager(), text(theirs));
      tell(told.manager(), text(theirs) + ": it takes ours");
    }
    StateDiffers ours = vote.takeOdd(self);
    if (ours != null) distrust(replica, ours);
    return Future.succeededFuture(new DigestsJudged(vote.wanted(told.manager()), theirs));
  }

  private void undecided(int times) {
    meters.undecided(times);
    if (times == 0 || time.nanos() - toldUndecidedNanos < UNDECIDED_NANOS) return;
    toldUndecidedNanos = time.nanos();
    String nobodyKnows = "managers differ in their state, and no majority agrees on one";
    log.error(nobodyKnows);
    tell("", nobodyKnows);
  }

  private void tell(String manager, String what) {
    bus.publish(Topics.EVENTS, new Happened(EventKind.STATE_DIFFERS, manager, what));
  }

  private Replica leading() {
    Replica replica = owner.log();
    if (replica != null && replica.leads()) return replica;
    throw new SwarmException(
        SwarmException.Kind.NOT_LEADER,
        "manager " + self + " does not lead, or has no right state");
  }

  private static String text(StateDiffers differs) {
    return String.format(
        "differs from the majority after log entry %d: its state has digest %016x, theirs %016x",
        differs.index(), differs.own(), differs.majority());
  }

  private Future<CopyPiece> copy(CopyQuestion asked) {
    Replica replica = leading();
    return vertx.executeBlocking(
        () -> copies.piece(replica.state(), asked.copy(), asked.offset(), time.nanos()), false);
  }

  /** At each snapshot all records are read again: memory may have changed what no entry did. */
  private void checkAtSnapshot(Replica replica) {
    long snapshot = replica.snapshotIndex();
    if (snapshot == checkedSnapshot || checking || replica.distrusted()) return;
    checkedSnapshot = snapshot;
    replica.digests().mark(snapshot);
    checking = true;
    vertx
        .executeBlocking(() -> damage(replica), false)
        .onComplete(
            damage -> {
              checking = false;
              if (damage != null) damaged(replica, damage);
            },
            failure -> {
              checking = false;
              log.error("manager {} could not check its state", self, failure);
            });
  }

  /** What is wrong with the records; null when nothing is. */
  private static String damage(Replica replica) {
    try {
      return replica.intact()
          ? null
          : "its records do not give its digest any more: memory has changed them";
    } catch (RuntimeException unreadable) {
      return "its records cannot be read any more: " + unreadable;
    }
  }

  private void damaged(Replica replica, String problem) {
    if (replica.voters().size() == 1) owner.end("the state is damaged, " + problem);
    else distrust(replica, problem);
  }

  private void distrust(Replica replica, StateDiffers differs) {
    meters.differs();
    distrust(replica, text(differs));
  }

  private void distrust(Replica replica, String why) {
    if (replica.distrusted()) return;
    log.error("manager {} {}: its state counts no more until it has the leader's", self, why);
    tell(self, why + ": its state counts no more until it has the leader's");
    mending.begin();
    meters.trusted(false);
    replica.distrust();
    owner.look();
    mending.attempt(replica, !followsNobody());
  }

  /** Removes what it has on the disk. Blocks. */
  public void close() throws IOException {
    copies.close();
  }

  private interface Step {
    void run() throws IOException;
  }

  private void blocking(Step step) {
    vertx.executeBlocking(
        () -> {
          step.run();
          return null;
        },
        false);
  }
}
