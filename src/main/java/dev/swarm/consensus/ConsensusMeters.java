package dev.swarm.consensus;

import dev.swarm.bus.Messages.RoleChanged;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** The figures of consensus; they go with the verticle. */
final class ConsensusMeters {
  private final MeterRegistry registry;
  private final List<Meter> all = new ArrayList<>();
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

  ConsensusMeters(MeterRegistry registry) {
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

  void compared(int equal) {
    digestsEqual.increment(equal);
  }

  void differs() {
    digestsDiffer.increment();
  }

  void undecided() {
    digestsUndecided.increment();
  }

  void trusted(boolean now) {
    trusted = now ? 1 : 0;
  }

  void mended() {
    trusted(true);
    mended.increment();
  }

  void role(RoleChanged role, boolean leads) {
    hasLeader = role.leader().isEmpty() ? 0 : 1;
    isLeader = leads ? 1 : 0;
    if (role.leader().isEmpty() || role.term() == lastLeadersTerm) return;
    lastLeadersTerm = role.term();
    leaderChanges.increment();
  }

  void progress(long currentTerm, long index) {
    term = currentTerm;
    appliedIndex = index;
  }

  void committed(Proposal proposal, long nowNanos) {
    commit.record(Duration.ofNanos(nowNanos - proposal.sinceNanos()));
    count(proposal.kind(), "committed");
  }

  void failed(String kind, Enum<?> why) {
    count(kind, why.name().toLowerCase(Locale.ROOT));
  }

  private void count(String kind, String outcome) {
    proposals.computeIfAbsent(kind + ' ' + outcome, key -> proposals(kind, outcome)).increment();
  }

  private Counter proposals(String kind, String outcome) {
    Counter counter =
        Counter.builder("swarm.raft.proposals")
            .description("commands proposed here")
            .tag("kind", kind)
            .tag("outcome", outcome)
            .register(registry);
    all.add(counter);
    return counter;
  }

  void close() {
    all.forEach(registry::remove);
  }
}
