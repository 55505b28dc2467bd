package dev.swarm.dispatch;

import dev.swarm.dispatch.Batch.Trigger;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.vertx.core.shareddata.LocalMap;
import io.vertx.core.shareddata.Shareable;
import io.vertx.core.shareddata.SharedData;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/** The meters of all dispatchers of one manager. */
final class DispatchMeters {
  /** What the dispatchers of one manager, each on its own event loop, count together. */
  private static final class Totals implements Shareable {
    private final AtomicLong sessions = new AtomicLong();
    private final AtomicLong pending = new AtomicLong();
    private final AtomicLong timers = new AtomicLong();
    private final AtomicLong unsent = new AtomicLong();
    private final AtomicLong alone = new AtomicLong();
  }

  private final MeterRegistry registry;
  private final Totals totals;
  private final Counter heartbeats;
  private final Counter confirmed;
  private final Timer firstLateness;
  private final Timer laterLateness;
  private final Counter eager;
  private final Counter sentAway;
  private final Counter rivals;
  private final Map<Trigger, Counter> batches = new EnumMap<>(Trigger.class);
  private final DistributionSummary sizes;
  private final Timer delays;

  DispatchMeters(MeterRegistry registry, SharedData shared, String manager) {
    this.registry = registry;
    totals = totalsOf(manager, shared);
    gauge("swarm.sessions", "Sessions of workers connected here", totals.sessions);
    gauge("swarm.dispatch.pending.changes", "Changes not yet sent to workers", totals.pending);
    gauge("swarm.dispatch.unsent.bytes", "Bytes that workers have yet to read", totals.unsent);
    gauge("swarm.dispatch.batch.timers", "Timers armed for batches", totals.timers);
    gauge("swarm.dispatch.alone", "Dispatchers that hear from no leader", totals.alone);
    heartbeats = counter("swarm.heartbeats", "Heartbeats of workers connected here");
    confirmed =
        counter("swarm.heartbeats.confirmed", "Heartbeats that the leader is known to have heard");
    firstLateness = lateness("first");
    laterLateness = lateness("later");
    sentAway =
        counter(
            "swarm.dispatch.sent.away", "Workers told to come again because too many came at once");
    rivals =
        counter(
            "swarm.session.rivals", "Workers refused because another process holds the same id");
    eager = counter("swarm.heartbeats.excess", "Heartbeats above three times the agreed rate");
    for (Trigger trigger : Trigger.values()) {
      String name = trigger.name().toLowerCase(java.util.Locale.ROOT);
      batches.put(
          trigger, counter("swarm.dispatch.batches", "Batches sent to workers", "trigger", name));
    }
    sizes =
        DistributionSummary.builder("swarm.dispatch.batch.size")
            .description("Changes in a batch")
            .baseUnit("changes")
            .serviceLevelObjectives(1, 2, 5, 10, 20, 50, 99, 100)
            .register(registry);
    delays =
        Timer.builder("swarm.dispatch.batch.delay")
            .description("From the first change of a batch to its sending")
            .serviceLevelObjectives(millis(1, 5, 10, 25, 50, 75, 100, 110, 150, 250))
            .register(registry);
  }

  private static Totals totalsOf(String manager, SharedData shared) {
    LocalMap<String, Totals> all = shared.getLocalMap("swarm.dispatch.totals");
    return all.computeIfAbsent(manager, id -> new Totals());
  }

  /** Sessions at all dispatchers of this manager. */
  static long sessions(String manager, SharedData shared) {
    return totalsOf(manager, shared).sessions.get();
  }

  private static Duration[] millis(long... values) {
    Duration[] durations = new Duration[values.length];
    for (int i = 0; i < values.length; i++) durations[i] = Duration.ofMillis(values[i]);
    return durations;
  }

  private void gauge(String name, String help, AtomicLong value) {
    if (registry.find(name).gauge() != null) return; // another instance was first
    Gauge.builder(name, value, AtomicLong::doubleValue).description(help).register(registry);
  }

  private Counter counter(String name, String help, String... tags) {
    return Counter.builder(name).description(help).tags(tags).register(registry);
  }

  void opened(String reason) {
    totals.sessions.incrementAndGet();
    counter("swarm.session.opens", "Sessions opened", "reason", reason).increment();
  }

  void closed(String reason) {
    totals.sessions.decrementAndGet();
    counter("swarm.session.closes", "Sessions closed", "reason", reason).increment();
  }

  void heartbeat() {
    heartbeats.increment();
  }

  void confirmed() {
    confirmed.increment();
  }

  private Timer lateness(String beat) {
    return Timer.builder("swarm.heartbeat.lateness")
        .description("How much later than told a heartbeat came")
        .tag("beat", beat)
        .serviceLevelObjectives(millis(5, 10, 25, 50, 100, 250, 500, 1_000, 5_000))
        .register(registry);
  }

  /** The first beat of a session also waited for its Welcome, the later ones for nothing. */
  void lateness(boolean first, long nanos) {
    (first ? firstLateness : laterLateness).record(Duration.ofNanos(nanos));
  }

  void sentAway() {
    sentAway.increment();
  }

  void rival() {
    rivals.increment();
  }

  void tooManyHeartbeats() {
    eager.increment();
  }

  void sent(Batch batch, long nowNanos) {
    batches.get(batch.trigger()).increment();
    sizes.record(batch.size());
    if (batch.trigger() == Trigger.COMPLETE || batch.size() == 0) return;
    delays.record(Duration.ofNanos(Math.max(0, nowNanos - batch.oldestNanos())));
  }

  void pending(long delta) {
    totals.pending.addAndGet(delta);
  }

  void unsent(long deltaBytes) {
    totals.unsent.addAndGet(deltaBytes);
  }

  void timers(boolean armed) {
    totals.timers.addAndGet(armed ? 1 : -1);
  }

  void alone(boolean alone) {
    totals.alone.addAndGet(alone ? 1 : -1);
  }
}
