package dev.swarm.presence;

import dev.swarm.model.Change;
import dev.swarm.model.Epoch;
import dev.swarm.model.Worker;
import dev.swarm.model.WorkerStatus;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** What the leader counts. How many workers there are is shown by every manager, elsewhere. */
final class PresenceMeters {
  private final MeterRegistry meters;
  private final Timer drift;
  private final Counter massLosses;
  private final Counter sentAway;
  private final Counter takeovers;

  PresenceMeters(MeterRegistry meters) {
    this.meters = meters;
    drift =
        Timer.builder("swarm.presence.expiry.drift")
            .description("How long after its deadline a silent session was judged")
            .serviceLevelObjectives(millis(10), millis(50), millis(100), millis(250), millis(1_000))
            .register(meters);
    massLosses =
        Counter.builder("swarm.presence.mass.losses")
            .description("Times that verdicts were held because most of the fleet fell silent")
            .register(meters);
    sentAway =
        Counter.builder("swarm.session.sent.away")
            .description("Sessions that the leader did not open because too many were asked for")
            .register(meters);
    takeovers =
        Counter.builder("swarm.session.takeovers")
            .description("Sessions of workers that were not down, opened by another process")
            .register(meters);
  }

  /** So many were told to come again. */
  void sentAway(int opens) {
    sentAway.increment(opens);
  }

  void saw(Epoch epoch, List<Change> changes) {
    for (Change change : changes) {
      if (change instanceof Change.WorkerChanged worker) count(worker, epoch);
    }
  }

  private void count(Change.WorkerChanged change, Epoch epoch) {
    if (change.takenOver()) takeovers.increment();
    WorkerStatus to = change.after().statusIn(epoch);
    WorkerStatus from = change.before() == null ? null : change.before().statusIn(epoch);
    if (to == from || to == WorkerStatus.UNKNOWN) return;
    Counter.builder("swarm.worker.transitions")
        .description("Committed changes of a worker's status")
        .tag("to", to.name().toLowerCase(Locale.ROOT))
        .tag("reason", to == WorkerStatus.UP ? whyUp(change) : whyDown(change.after()))
        .register(meters)
        .increment();
  }

  private static String whyUp(Change.WorkerChanged change) {
    if (change.before() == null) return "joined";
    return change.before().down() ? "reconnected" : "failover";
  }

  private static String whyDown(Worker worker) {
    return switch (worker.reason()) {
      case PresenceTable.NO_HEARTBEAT -> "expired";
      case PresenceTable.NOT_BACK -> "grace_expired";
      default -> "left";
    };
  }

  void judged(PresenceTable.Late late) {
    drift.record(Duration.ofNanos(late.driftNanos()));
  }

  void massLoss() {
    massLosses.increment();
  }

  void reached(FailoverProgress.Phase phase, long nanos) {
    Timer.builder("swarm.failover")
        .description("Time from the new leader's first entry until this share was UP again")
        .tag("phase", phase.name().toLowerCase(Locale.ROOT))
        .serviceLevelObjectives(
            millis(100),
            millis(500),
            millis(1_000),
            millis(2_000),
            millis(5_000),
            millis(10_000),
            millis(30_000))
        .register(meters)
        .record(Duration.ofNanos(nanos));
  }

  private static Duration millis(long millis) {
    return Duration.ofMillis(millis);
  }
}
