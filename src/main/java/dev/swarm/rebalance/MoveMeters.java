package dev.swarm.rebalance;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/** What the leader asked workers to do, and what came of it. */
final class MoveMeters {
  private final Counter asked;
  private final Map<OpenMoves.End, Counter> ended = new EnumMap<>(OpenMoves.End.class);

  MoveMeters(MeterRegistry meters) {
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

  void asked(int count) {
    asked.increment(count);
  }

  void ended(Map<OpenMoves.End, Integer> counts) {
    counts.forEach((end, count) -> ended.get(end).increment(count));
  }
}
