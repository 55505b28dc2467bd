package dev.swarm.consensus.guard;

import dev.swarm.consensus.guard.Verdict.Action;

/**
 * Decides from what is seen whether this manager should lead, and whether it should take part at
 * all. Leadership is handed over only while a follower answers, and no more often than {@link
 * HandOvers} allow. One for each log that is opened.
 */
public final class RoleGuard {
  /** An elected leader that applies nothing for so long ceases to lead. */
  static final long NOT_READY_NANOS = 5_000_000_000L;

  /** Committed entries that are not applied for so long move the leadership. */
  static final long STUCK_NANOS = 10_000_000_000L;

  /** And for so long take the role down. */
  static final long HOPELESS_NANOS = 20_000_000_000L;

  /** A state that is loaded for so long will not come: the disk does not answer. */
  static final long LOADING_NANOS = 300_000_000_000L;

  /** So many snapshots that fail one after the other are no accident. */
  static final int FAILED_SNAPSHOTS = 3;

  /** A snapshot that takes so long will not come to its end: the disk does not answer. */
  static final long SNAPSHOT_NANOS = 120_000_000_000L;

  /**
   * A leader that is short of room gives the others so long to say that they are, too, before it
   * goes by what it has not heard: they look at their disks, and tell, once a second.
   */
  static final long HEARSAY_NANOS = 3_000_000_000L;

  /** Looks further apart than this mean that this process stood still: others did not. */
  private static final long AWAY_NANOS = 2_000_000_000L;

  /** An elected leader that ceased to lead so often without ever being ready is of no use. */
  private static final int MOST_STEPS_DOWN = 2;

  private static final long SECOND_NANOS = 1_000_000_000L;

  private final HandOvers handOvers;
  private final SlowSync sync = new SlowSync();
  private final LeftBehind leftBehind = new LeftBehind();
  private SpaceLevel level = SpaceLevel.AMPLE;
  private Snapshots snapshots = Snapshots.NONE;
  private long snapshotNanos;
  private boolean handedOverUnsaved;
  private boolean looked;
  private long lookedNanos;
  private long applied;
  private long appliedNanos;
  private long loadingNanos;
  private long electedNanos;
  private boolean unready;
  private int stepsDown;
  private long ampleNanos;

  /** For a log that is open now. */
  public RoleGuard(HandOvers handOvers) {
    this.handOvers = handOvers;
  }

  /** How much room the disk has. */
  public SpaceLevel level() {
    return level;
  }

  /** What an operator should see to although this manager takes part; without a trouble nothing. */
  public Verdict warning() {
    if (endless()) {
      return new Verdict(
          Action.NONE,
          Trouble.SLOW_SNAPSHOT,
          "a snapshot has not come to its end for more than 120 s");
    }
    if (!failing()) return Verdict.FINE;
    return new Verdict(
        Action.NONE,
        Trouble.NO_SNAPSHOT,
        snapshots.failures() + " snapshots failed, the last one: " + snapshots.problem());
  }

  private boolean unsaved() {
    return endless() || failing();
  }

  private boolean endless() {
    return lookedNanos - snapshotNanos >= SNAPSHOT_NANOS;
  }

  private boolean failing() {
    return snapshots.failures() >= FAILED_SNAPSHOTS;
  }

  /** To be called a few times a second while the log is open. */
  public Verdict look(Observation seen, long nowNanos) {
    notice(seen, nowNanos);
    level = level.after(seen.space());
    if (level == SpaceLevel.AMPLE || !seen.leads()) ampleNanos = nowNanos;
    handedOverUnsaved &= unsaved();
    Verdict broken = broken(seen, nowNanos);
    if (broken != Verdict.FINE || !seen.leads()) return broken;
    if (!seen.ready()) return notReady(seen, nowNanos);
    Verdict misplaced = misplaced(seen, nowNanos);
    return misplaced == Verdict.FINE ? unserved(seen, nowNanos) : misplaced;
  }

  private Verdict unserved(Observation seen, long nowNanos) {
    if (!leftBehind.look(seen, nowNanos)) return Verdict.FINE;
    return new Verdict(
        Action.TAKE_SNAPSHOT,
        Trouble.LEFT_BEHIND,
        "a follower wants entries before "
            + seen.logStart()
            + " and has not taken our snapshot for "
            + LeftBehind.PATIENCE_NANOS / SECOND_NANOS
            + " s, which may be damaged");
  }

  private void notice(Observation seen, long nowNanos) {
    boolean away = !looked || nowNanos - lookedNanos > AWAY_NANOS;
    if (away || seen.applied() != applied || seen.applied() >= seen.committed() || seen.loading()) {
      appliedNanos = nowNanos;
    }
    if (away || !seen.loading()) loadingNanos = nowNanos;
    boolean same = seen.snapshots().underWay() && seen.snapshots().equals(snapshots);
    if (away || !same) snapshotNanos = nowNanos;
    snapshots = seen.snapshots();
    if (away) ampleNanos = nowNanos;
    boolean nowUnready = seen.leads() && !seen.ready();
    if (away || nowUnready && !unready) electedNanos = nowNanos;
    if (away || !seen.leads()) sync.forget();
    if (!seen.leads()) handOvers.gone(nowNanos);
    if (away || !seen.leads()) leftBehind.forget();
    boolean follows = !seen.leads() && seen.applied() != applied;
    if (seen.ready() || follows) stepsDown = 0;
    unready = nowUnready;
    applied = seen.applied();
    looked = true;
    lookedNanos = nowNanos;
  }

  private Verdict broken(Observation seen, long nowNanos) {
    if (!seen.alive()) return takeDown(Trouble.CLOSED, "its Raft division has closed");
    if (!seen.logOpen()) return takeDown(Trouble.LOG_FAILED, "its log is closed");
    if (level == SpaceLevel.SPENT) return takeDown(Trouble.NO_SPACE, seen.space().toString());
    if (nowNanos - loadingNanos >= LOADING_NANOS) {
      return takeDown(
          Trouble.APPLY_STUCK,
          "its state has been loading from a snapshot for " + LOADING_NANOS / SECOND_NANOS + " s");
    }
    if (nowNanos - appliedNanos >= HOPELESS_NANOS) {
      return takeDown(Trouble.APPLY_STUCK, stuck(seen));
    }
    return Verdict.FINE;
  }

  private Verdict notReady(Observation seen, long nowNanos) {
    long since = Math.max(electedNanos, appliedAtAll(seen));
    if (nowNanos - since < NOT_READY_NANOS) return Verdict.FINE;
    electedNanos = nowNanos;
    if (++stepsDown > MOST_STEPS_DOWN) {
      return takeDown(Trouble.NOT_READY, "elected again and again, but never ready to lead");
    }
    return new Verdict(
        Action.STEP_DOWN,
        Trouble.NOT_READY,
        "elected, but not ready to lead: it applied " + seen.applied() + " and goes no further");
  }

  /** A log that is being applied makes progress: that may take its time. */
  private long appliedAtAll(Observation seen) {
    return seen.applied() < seen.committed() ? appliedNanos : electedNanos;
  }

  private Verdict misplaced(Observation seen, long nowNanos) {
    Observation.Follower foremost = seen.foremost();
    boolean behind = foremost != null && sync.look(foremost, seen.flushed(), nowNanos);
    Observation.Follower heir = seen.heir(level);
    if (heir == null || handOvers.resting(nowNanos)) return Verdict.FINE;
    if (nowNanos - appliedNanos >= STUCK_NANOS) {
      return handOver(Trouble.APPLY_STUCK, stuck(seen), nowNanos);
    }
    if (hasMoreRoom(heir, nowNanos)) {
      return handOver(Trouble.NO_SPACE, seen.space().toString(), nowNanos);
    }
    if (behind) {
      return handOver(
          Trouble.SLOW_DISK, "entries are on a follower's disk long before ours", nowNanos);
    }
    if (unsaved() && !handedOverUnsaved) {
      // Once: where the lead comes back the others are no better, and the log can wait.
      handedOverUnsaved = true;
      return handOver(warning().trouble(), warning().reason(), nowNanos);
    }
    return Verdict.FINE;
  }

  /** Where all have as little room, nobody is better placed. */
  private boolean hasMoreRoom(Observation.Follower heir, long nowNanos) {
    boolean waited = nowNanos - ampleNanos >= HEARSAY_NANOS;
    if (heir.room() == null) return level == SpaceLevel.LOW && waited;
    return heir.room().compareTo(level) < 0 && (level == SpaceLevel.LOW || waited);
  }

  private Verdict handOver(Trouble trouble, String reason, long nowNanos) {
    handOvers.begin(nowNanos);
    sync.forget();
    return new Verdict(Action.HAND_OVER, trouble, reason);
  }

  private static Verdict takeDown(Trouble trouble, String reason) {
    return new Verdict(Action.TAKE_DOWN, trouble, reason);
  }

  private static String stuck(Observation seen) {
    return "entries up to "
        + seen.committed()
        + " are committed, but nothing after "
        + seen.applied()
        + " is applied here";
  }
}
