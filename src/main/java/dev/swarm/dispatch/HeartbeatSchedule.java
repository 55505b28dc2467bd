package dev.swarm.dispatch;

import dev.swarm.model.HeartbeatSettings;
import java.util.random.RandomGenerator;

/** When a worker is told to beat. */
final class HeartbeatSchedule {
  private final RandomGenerator random;

  HeartbeatSchedule(RandomGenerator random) {
    this.random = random;
  }

  /** The first beat of a session, anywhere in the period: who came together is spread at once. */
  int firstMillis(HeartbeatSettings agreed) {
    return 1 + random.nextInt(agreed.effectiveMillis());
  }

  /** Any later beat: the period, a little more or less. */
  int nextMillis(HeartbeatSettings agreed) {
    int jitter = agreed.effectiveMillis() * agreed.jitterPercent() / 100;
    return agreed.effectiveMillis() - jitter + random.nextInt(2 * jitter + 1);
  }
}
