package dev.swarm.control;

import dev.swarm.model.TaskStatus;
import dev.swarm.model.WorkerCounts;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** Gauges that show the state as this manager has applied it; read when scraped. */
final class StateMeters {
  private final Replica replica;
  private final MeterRegistry registry;
  private final List<Meter> mine = new ArrayList<>();

  StateMeters(Replica replica, MeterRegistry registry) {
    this.replica = replica;
    this.registry = registry;
  }

  void open() {
    workers("up", WorkerCounts::up);
    workers("unknown", WorkerCounts::unknown);
    workers("down", WorkerCounts::down);
    for (TaskStatus status : TaskStatus.values()) tasks(status);
    add(
        Gauge.builder("swarm.settings.version", replica, r -> r.stateOrEmpty().settings().version())
            .description("Version of the agreed settings"));
    add(
        Gauge.builder(
                "swarm.heartbeat.period",
                replica,
                r -> r.stateOrEmpty().settings().heartbeat().periodMillis() / 1_000.0)
            .baseUnit("seconds")
            .description("Agreed mean time between two heartbeats of a worker"));
  }

  private void workers(String state, ToDoubleFunction<WorkerCounts> count) {
    add(
        Gauge.builder(
                "swarm.workers", replica, r -> count.applyAsDouble(r.stateOrEmpty().workerCounts()))
            .tag("state", state)
            .description("Workers by what the leader thinks of them"));
  }

  private void tasks(TaskStatus status) {
    add(
        Gauge.builder("swarm.tasks", replica, r -> r.stateOrEmpty().taskCounts().of(status))
            .tag("status", status.name().toLowerCase(Locale.ROOT))
            .description("Tasks held, by status"));
  }

  private void add(Gauge.Builder<Replica> gauge) {
    mine.add(gauge.register(registry));
  }

  /** Takes the gauges out of the registry, which may outlive us. */
  void close() {
    mine.forEach(registry::remove);
    mine.clear();
  }
}
