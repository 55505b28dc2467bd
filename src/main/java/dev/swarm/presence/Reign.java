package dev.swarm.presence;

import dev.swarm.bus.Messages.Authority;
import dev.swarm.bus.Messages.SessionBeat;
import dev.swarm.bus.Messages.StateNews;
import dev.swarm.model.ClusterState;
import dev.swarm.model.Judgement;
import dev.swarm.model.SessionRef;
import dev.swarm.model.SwarmException;
import java.util.List;

/**
 * One leader's judgement from its first entry to the end of its epoch: the table, the clock it is
 * read by, and the judgements on their way to the log.
 */
public final class Reign {
  private final long epoch;
  private final long term;
  private final StallGuard clock;
  private final MassLossBrake brake;
  private final PresenceTable table;
  private final Judgements judgements = new Judgements();
  private long index;

  /** Begins to judge in the epoch of this state. */
  public Reign(ClusterState state, MassLossBrake.Threshold threshold, long nowNanos) {
    epoch = state.epoch().number();
    term = state.epoch().term();
    index = state.index();
    clock = new StallGuard(nowNanos);
    brake = new MassLossBrake(threshold);
    table = new PresenceTable(state, brake, clock.time(nowNanos));
  }

  /** Follows the log; false when this news is older than what is known. */
  public boolean follow(StateNews news, long nowNanos) {
    if (news.state().index() <= index) return false;
    index = news.state().index();
    long time = clock.time(nowNanos);
    if (news.replaced()) table.reconcile(news.state(), time);
    else table.follow(news.state(), news.changes(), time);
    return true;
  }

  /** Accepts a proof of authority, or throws NOT_LEADER when it is another reign's. */
  public Authority proven(Authority authority, long nowNanos) {
    if (table.over() || authority.term() != term) {
      clock.authorityMissing(nowNanos);
      throw over();
    }
    clock.authorityProven(nowNanos);
    return authority;
  }

  /** Authority could not be proven: what we miss from here on is nobody's silence. */
  public void unproven(long nowNanos) {
    clock.authorityMissing(nowNanos);
  }

  /** Throws NOT_LEADER when a newer epoch than ours is spoken of, or has begun. */
  public void check(long spokenOf) {
    if (table.over() || spokenOf > epoch) throw over();
  }

  private SwarmException over() {
    return new SwarmException(SwarmException.Kind.NOT_LEADER, "epoch " + epoch + " is over");
  }

  /** Takes signs of life, with authority just proven; returns the sessions refused. */
  public List<SessionRef> take(List<SessionBeat> beats, long nowNanos) {
    List<SessionRef> refused = table.take(beats, clock.time(nowNanos));
    table.takeConfirmations().forEach(judgements::add);
    return refused;
  }

  /** Judges, with authority just proven; the verdicts wait in {@link #next}. */
  public List<PresenceTable.Late> judge(long nowNanos) {
    List<PresenceTable.Late> late = table.judge(clock.time(nowNanos));
    for (PresenceTable.Late verdict : late) judgements.add(verdict.judgement());
    return late;
  }

  /** Whether nobody goes by a longer period any more that was promised before the settings. */
  public boolean promisesOver() {
    return !table.over() && table.promisesOver();
  }

  /** What is to be committed next; empty when nothing is. */
  public List<Judgement> next() {
    return table.over() ? List.of() : judgements.take();
  }

  /** Whether there is anything to be committed. */
  public boolean waiting() {
    return !judgements.isEmpty();
  }

  /** They could not be committed, as far as we know. */
  public void again(List<Judgement> unsaid) {
    judgements.again(unsaid);
  }

  /** Whether verdicts are held because most of the fleet fell silent. */
  public boolean holds(long nowNanos) {
    return brake.holds(clock.time(nowNanos));
  }

  /** Why they were held the last time. */
  public String holdReason() {
    return brake.reason();
  }

  /** What was left out so far because we missed it ourselves. */
  public long leftOutNanos() {
    return clock.leftOutNanos();
  }

  /** When to look next: soon enough for the clock to notice a stall. */
  public long nanosUntilNextLook(long nowNanos) {
    return Math.min(StallGuard.TICK_NANOS, table.nanosUntilNextLook(clock.time(nowNanos)));
  }
}
