package dev.swarm.consensus.meters;

import dev.swarm.bus.Messages.GuardState;
import dev.swarm.bus.Messages.RoleChanged;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/** The figures of consensus; they go with the verticle. */
public final class ConsensusMeters {
  private final MeterRegistry registry;
  private final Set<Meter> all = new LinkedHashSet<>();
  private final Map<String, Counter> proposals = new HashMap<>();
  private final Counter leaderChanges;
  private final Timer commit;
  private long lastLeadersTerm;
  private volatile double hasLeader;
  private volatile double isLeader;
  private volatile double term;
  private volatile double appliedIndex;
  private volatile double trusted = 1;
  private final Counter digestsEqual;
  private final Counter digestsDiffer;
  private final Counter digestsUndecided;
  private final Counter mended;
  private volatile double guardState;
  private volatile double freeBytes = Double.NaN;
  private volatile double snapshotIndex = Double.NaN;
  private volatile double snapshotsFailed;

  /** Registers what is known from the start; the rest follows when it happens. */
  public ConsensusMeters(MeterRegistry registry) {
    this.registry = registry;
    gauge("swarm.raft.has.leader", "1 when a ready leader is known", meters -> meters.hasLeader);
    gauge("swarm.raft.is.leader", "1 when this manager leads", meters -> meters.isLeader);
    gauge("swarm.raft.term", "Raft term", meters -> meters.term);
    gauge("swarm.raft.applied.index", "last log entry applied", meters -> meters.appliedIndex);
    gauge(
        "swarm.state.trusted",
        "0 while this manager's state is known to differ from the others' and waits for the right one",
        meters -> meters.trusted);
    digestsEqual = digests("equal");
    digestsDiffer = digests("different");
    digestsUndecided = digests("undecided");
    mended =
        Counter.builder("swarm.state.mended")
            .description("times this manager's state was wrong and taken from the leader")
            .register(registry);
    all.add(mended);
    gauge(
        "swarm.guard.state",
        "0 when this manager takes part, 1 when it does but its snapshots fail, 2 when its disk is too full for proposals, 3 when it takes no part",
        meters -> meters.guardState);
    all.add(
        Gauge.builder("swarm.disk.free", this, meters -> meters.freeBytes)
            .description("room left on the disk of the data folder")
            .baseUnit("bytes")
            .register(registry));
    gauge(
        "swarm.snapshot.index",
        "last log entry in the newest snapshot",
        meters -> meters.snapshotIndex);
    gauge(
        "swarm.snapshot.failures",
        "snapshots that failed since one was taken; the log grows until one is",
        meters -> meters.snapshotsFailed);
    leaderChanges =
        Counter.builder("swarm.raft.leader.changes")
            .description("leaders seen to take over")
            .register(registry);
    commit =
        Timer.builder("swarm.raft.commit")
            .description("from a proposal to its application here")
            .serviceLevelObjectives(
                Duration.ofMillis(2),
                Duration.ofMillis(5),
                Duration.ofMillis(10),
                Duration.ofMillis(25),
                Duration.ofMillis(50),
                Duration.ofMillis(100),
                Duration.ofMillis(250),
                Duration.ofSeconds(1),
                Duration.ofSeconds(5))
            .register(registry);
    all.add(leaderChanges);
    all.add(commit);
  }

  private void gauge(String name, String help, ToDoubleFunction<ConsensusMeters> value) {
    all.add(Gauge.builder(name, this, value).description(help).register(registry));
  }

  private Counter digests(String result) {
    Counter counter =
        Counter.builder("swarm.state.digests")
            .description("digests of managers' states compared")
            .tag("result", result)
            .register(registry);
    all.add(counter);
    return counter;
  }

  /** So many digests of another replica were equal to ours. */
  public void compared(int equal) {
    digestsEqual.increment(equal);
  }

  /** A replica was found to differ from the majority. */
  public void differs() {
    digestsDiffer.increment();
  }

  /** So many times replicas differed, and no majority agreed. */
  public void undecided(int times) {
    digestsUndecided.increment(times);
  }

  /** Whether our own state is trusted. */
  public void trusted(boolean now) {
    trusted = now ? 1 : 0;
  }

  /** Our own state was wrong, and the leader's was taken instead. */
  public void mended() {
    mended.increment();
  }

  /** The role has changed. */
  public void role(RoleChanged role, boolean leads) {
    hasLeader = role.leader().isEmpty() ? 0 : 1;
    isLeader = leads ? 1 : 0;
    if (role.leader().isEmpty() || role.term() == lastLeadersTerm) return;
    lastLeadersTerm = role.term();
    leaderChanges.increment();
  }

  /** How far this replica is. */
  public void progress(long currentTerm, long index) {
    term = currentTerm;
    appliedIndex = index;
  }

  /** Whether this manager takes part. */
  public void guard(GuardState state) {
    guardState = state.ordinal();
  }

  /** The room that the disk has. */
  public void free(long bytes) {
    freeBytes = bytes;
  }

  /** The last entry in the newest snapshot, and how many failed since. */
  public void snapshots(long newest, int failures) {
    snapshotIndex = newest;
    snapshotsFailed = failures;
  }

  /** The guard did something. */
  public void acted(Enum<?> action, String reason) {
    counter(
            "swarm.guard.actions",
            "what the guard over the role did, and why",
            "action",
            action.name().toLowerCase(Locale.ROOT),
            "reason",
            reason)
        .increment();
  }

  private Counter counter(String name, String help, String... tags) {
    Counter counter = Counter.builder(name).description(help).tags(tags).register(registry);
    all.add(counter);
    return counter;
  }

  /** A command of that kind was committed, so long after it was asked for. */
  public void committed(String kind, long nanos) {
    commit.record(Duration.ofNanos(nanos));
    count(kind, "committed");
  }

  /** A command of that kind was refused or given up. */
  public void failed(String kind, Enum<?> why) {
    count(kind, why.name().toLowerCase(Locale.ROOT));
  }

  private void count(String kind, String outcome) {
    proposals.computeIfAbsent(kind + ' ' + outcome, key -> proposals(kind, outcome)).increment();
  }

  private Counter proposals(String kind, String outcome) {
    return counter(
        "swarm.raft.proposals", "commands proposed here", "kind", kind, "outcome", outcome);
  }

  /** Removes them all. */
  public void close() {
    all.forEach(registry::remove);
  }
}
