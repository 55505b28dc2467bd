package dev.swarm.bench;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * How many times the figures of bare Ratis ours are.
 *
 * @param inFlight commands under way at once
 * @param commands committed a second
 * @param p50 of their latency
 * @param p99 of their latency
 */
record Ratio(int inFlight, double commands, double p50, double p99) {
  /** One command that is alone may take so much longer. */
  static final double MOST_LATENCY = 1.3;

  /** So many times the commands of bare Ratis must get through when most are under way. */
  static final double LEAST_COMMANDS = 3;

  /**
   * What falls short of the goals, a line each: latency where one command is alone, and throughput
   * where most are under way.
   */
  static List<String> violations(List<Ratio> measured) {
    List<String> wrong = new ArrayList<>();
    for (Ratio ratio : measured) {
      if (ratio.inFlight != 1) continue;
      if (ratio.p50 > MOST_LATENCY) wrong.add(ratio.slow("p50", ratio.p50));
      if (ratio.p99 > MOST_LATENCY) wrong.add(ratio.slow("p99", ratio.p99));
    }
    measured.stream()
        .filter(ratio -> ratio.inFlight > 1)
        .max(Comparator.comparingInt(Ratio::inFlight))
        .filter(most -> most.commands < LEAST_COMMANDS)
        .ifPresent(most -> wrong.add(most.few()));
    return wrong;
  }

  private String slow(String figure, double times) {
    return String.format(
        Locale.ROOT,
        "%d in flight: %.2f times the %s of bare Ratis, more than %.1f",
        inFlight,
        times,
        figure,
        MOST_LATENCY);
  }

  private String few() {
    return String.format(
        Locale.ROOT,
        "%d in flight: %.2f times the commands of bare Ratis, less than %.1f",
        inFlight,
        commands,
        LEAST_COMMANDS);
  }
}
