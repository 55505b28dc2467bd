package dev.swarm.rebalance;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/** What the leader asked workers to do, and what came of it. */
final class MoveMeters {
  private final MeterRegistry meters;
  private final Counter asked;
  private final Map<OpenMoves.End, Counter> ended = new EnumMap<>(OpenMoves.End.class);
  private Gauge stuckGauge;
  private volatile int stuck;

  MoveMeters(MeterRegistry meters) {
    this.meters = meters;
    asked =
        Counter.builder("swarm.moves.asked")
            .description("Workers that this manager, leading, asked to go to another manager")
            .register(meters);
    for (OpenMoves.End end : OpenMoves.End.values()) {
      ended.put(
          end,
          Counter.builder("swarm.moves.ended")
              .description("The same, by what came of it")
              .tag("outcome", end.name().toLowerCase(Locale.ROOT))
              .register(meters));
    }
  }

  /** Shows what only a leader knows, until {@link #close}. */
  void open() {
    stuckGauge =
        Gauge.builder("swarm.moves.stuck", this, shown -> shown.stuck)
            .description(
                "Workers left with managers that give theirs up, and have lost none for 30 s")
            .register(meters);
  }

  void close() {
    if (stuckGauge != null) meters.remove(stuckGauge);
  }

  void stuck(int workers) {
    stuck = workers;
  }

  void asked(int count) {
    asked.increment(count);
  }

  void ended(Map<OpenMoves.End, Integer> counts) {
    counts.forEach((end, count) -> ended.get(end).increment(count));
  }
}
