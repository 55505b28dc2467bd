package dev.swarm.lab;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;

/** Holds a series of leader kills against what was promised. */
final class KillVerdict {
  private static final long MEDIAN_UP_MILLIS = 3_000;
  private static final long WORST_UP_MILLIS = 6_000;
  private static final int MOST_DIALS = 8;

  private final List<FailoverTrial.Result> results;

  KillVerdict(List<FailoverTrial.Result> results) {
    this.results = results;
  }

  /** What was not held, in words; empty when all was. */
  List<String> violations() {
    List<String> violations = new ArrayList<>();
    atMost(
        violations,
        "median until all UP",
        median(FailoverTrial.Result::allUpMillis),
        MEDIAN_UP_MILLIS);
    atMost(
        violations,
        "worst until all UP",
        worst(FailoverTrial.Result::allUpMillis),
        WORST_UP_MILLIS);
    atMost(
        violations,
        "sessions lost on survivors",
        worst(FailoverTrial.Result::streamsEndedOnSurvivors),
        0);
    atMost(
        violations,
        "survivors' workers that dialled",
        worst(FailoverTrial.Result::dialsBySurvivorsAgents),
        0);
    atMost(violations, "dials of one worker", worst(FailoverTrial.Result::mostDials), MOST_DIALS);
    atMost(violations, "workers called DOWN", worst(FailoverTrial.Result::wentDown), 0);
    return violations;
  }

  /** Prints medians and what was not held; true when all was. */
  boolean print() {
    System.out.printf(
        "new leader: median %d ms, worst %d ms; all UP: median %d ms, worst %d ms; %d kills%n",
        median(FailoverTrial.Result::leaderMillis),
        worst(FailoverTrial.Result::leaderMillis),
        median(FailoverTrial.Result::allUpMillis),
        worst(FailoverTrial.Result::allUpMillis),
        results.size());
    List<String> violations = violations();
    violations.forEach(violation -> System.out.println("NOT HELD: " + violation));
    return violations.isEmpty();
  }

  private static void atMost(List<String> violations, String what, long seen, long most) {
    if (seen > most) violations.add(what + ": " + seen + ", at most " + most + " promised");
  }

  private long worst(ToLongFunction<FailoverTrial.Result> figure) {
    return results.stream().mapToLong(figure).max().orElse(0);
  }

  private long median(ToLongFunction<FailoverTrial.Result> figure) {
    long[] sorted = results.stream().mapToLong(figure).sorted().toArray();
    return sorted.length == 0 ? 0 : sorted[sorted.length / 2];
  }
}
