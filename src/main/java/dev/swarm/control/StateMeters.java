package dev.swarm.control;

import dev.swarm.bus.Messages.Role;
import dev.swarm.bus.Messages.StateNews;
import dev.swarm.model.Change;
import dev.swarm.model.Task;
import dev.swarm.model.TaskStatus;
import dev.swarm.model.WorkerCounts;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.LongStream;

/** Shows the state as this manager has applied it, and what the leader sees come of tasks. */
final class StateMeters {
  private final Replica replica;
  private final MeterRegistry registry;
  private final List<Meter> mine = new ArrayList<>();
  private Timer delivery;

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
                r -> r.stateOrEmpty().settings().heartbeat().effectiveMillis() / 1_000.0)
            .baseUnit("seconds")
            .description("Agreed mean time between two heartbeats of a worker"));
    delivery =
        Timer.builder("swarm.task.delivery")
            .description("From a task's submission to its start on a worker; counted by the leader")
            .serviceLevelObjectives(millis(50, 100, 250, 500, 1_000, 5_000, 30_000, 300_000))
            .register(registry);
    mine.add(delivery);
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

  private static Duration[] millis(long... values) {
    return LongStream.of(values).mapToObj(Duration::ofMillis).toArray(Duration[]::new);
  }

  /** Counts what an entry did to tasks, if we lead: then every task counts once in the cluster. */
  void saw(StateNews news) {
    if (delivery == null || replica.role().role() != Role.LEADER) return;
    for (Change change : news.changes()) {
      if (change instanceof Change.TaskChanged task && startedNow(task)) {
        Task after = task.after();
        long millis = after.startedMillis() - after.spec().submittedMillis();
        delivery.record(Duration.ofMillis(Math.max(0, millis))); // the clocks of two machines
      }
    }
  }

  private static boolean startedNow(Change.TaskChanged change) {
    if (change.before() == null || change.after() == null) return false;
    return change.before().startedMillis() == 0 && change.after().startedMillis() != 0;
  }

  /** Takes the meters out of the registry, which may outlive us. */
  void close() {
    mine.forEach(registry::remove);
    mine.clear();
  }
}
