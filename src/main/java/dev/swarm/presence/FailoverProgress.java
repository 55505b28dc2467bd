package dev.swarm.presence;

import java.util.ArrayList;
import java.util.List;

/** How far the fleet has come back since the reign began. */
final class FailoverProgress {
  /** A share of those who were UP before. */
  enum Phase {
    FIRST_BACK,
    HALF_BACK,
    P99_BACK,
    ALL_BACK
  }

  private final int expected;
  private final long beganNanos;
  private int next;

  FailoverProgress(int expected, long beganNanos) {
    this.expected = expected;
    this.beganNanos = beganNanos;
  }

  long nanosSince(long nowNanos) {
    return nowNanos - beganNanos;
  }

  /** The phases reached now that so many are still missing; each is given once. */
  List<Phase> reached(int missing) {
    List<Phase> reached = new ArrayList<>();
    Phase[] phases = Phase.values();
    while (expected > 0 && next < phases.length && expected - missing >= share(phases[next])) {
      reached.add(phases[next++]);
    }
    return reached;
  }

  private int share(Phase phase) {
    return switch (phase) {
      case FIRST_BACK -> 1;
      case HALF_BACK -> (expected + 1) / 2;
      case P99_BACK -> (int) Math.ceil(expected * 0.99);
      case ALL_BACK -> expected;
    };
  }
}
