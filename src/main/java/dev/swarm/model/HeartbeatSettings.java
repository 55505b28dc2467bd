package dev.swarm.model;

/**
 * How often workers beat, and how long silence is forgiven.
 *
 * @param periodMillis mean time between two beats, 100 ms to 60 s
 * @param jitterPercent how far a single beat may be from the period, 0 to 50
 * @param ttlMultiplier silence of period times this ends a session, 2 to 20
 * @param failoverMultiplier silence forgiven after a change of leader, 3 to 60; at least
 *     ttlMultiplier + 1
 * @param maxPerSecond beats of all workers together that are wanted at most, up to 1,000,000; with
 *     more workers the effective period grows, up to 60 s; 0 for no such limit
 * @param paceMillis the period by which the leader found the limit to hold; 0 when the agreed one
 *     does
 */
public record HeartbeatSettings(
    int periodMillis,
    int jitterPercent,
    int ttlMultiplier,
    int failoverMultiplier,
    int maxPerSecond,
    int paceMillis) {

  /** The longest period, agreed or effective: a connection may not be silent much longer. */
  public static final int MAX_PERIOD_MILLIS = 60_000;

  /** The most that {@code maxPerSecond} can be. */
  public static final int MAX_PER_SECOND = 1_000_000;

  /** 5 s ± 10 %, three missed beats, six after a change of leader. */
  public static final HeartbeatSettings DEFAULT = new HeartbeatSettings(5_000, 10, 3, 6);

  /** Checks the ranges and what must hold between the fields; throws BAD_REQUEST. */
  public HeartbeatSettings {
    Limits.within("heartbeat.period", periodMillis, 100, MAX_PERIOD_MILLIS);
    Limits.within("heartbeat.jitter", jitterPercent, 0, 50);
    Limits.within("heartbeat.ttlMultiplier", ttlMultiplier, 2, 20);
    Limits.within("heartbeat.failoverMultiplier", failoverMultiplier, 3, 60);
    Limits.within("heartbeat.maxPerSecond", maxPerSecond, 0, MAX_PER_SECOND);
    Limits.within("heartbeat pace", paceMillis, 0, MAX_PERIOD_MILLIS);
    if (failoverMultiplier < ttlMultiplier + 1) {
      throw SwarmException.badRequest(
          "heartbeat.failoverMultiplier: "
              + failoverMultiplier
              + " must be greater than ttlMultiplier "
              + ttlMultiplier);
    }
  }

  /** Settings without a limit of beats per second. */
  public HeartbeatSettings(
      int periodMillis, int jitterPercent, int ttlMultiplier, int failoverMultiplier) {
    this(periodMillis, jitterPercent, ttlMultiplier, failoverMultiplier, 0, 0);
  }

  /** The same at another pace, or at none where beats per second are not limited. */
  public HeartbeatSettings paced(int millis) {
    return new HeartbeatSettings(
        periodMillis,
        jitterPercent,
        ttlMultiplier,
        failoverMultiplier,
        maxPerSecond,
        maxPerSecond == 0 ? 0 : millis);
  }

  /** The period that workers are told: the agreed one, or a longer one that keeps the limit. */
  public int effectiveMillis() {
    return maxPerSecond == 0 ? periodMillis : Math.max(periodMillis, paceMillis);
  }

  /** Silence that ends a session at the agreed period: it is never less. */
  public long leastTtlMillis() {
    return (long) periodMillis * ttlMultiplier;
  }

  /** Silence that ends a session whose worker was promised the effective period. */
  public long ttlMillis() {
    return ttlMillis(effectiveMillis());
  }

  /** Silence that ends a session whose worker was promised the given period. */
  public long ttlMillis(int promisedPeriodMillis) {
    return (long) Math.max(effectiveMillis(), promisedPeriodMillis) * ttlMultiplier;
  }
}
