package dev.swarm.model;

/**
 * How often workers beat, and how long silence is forgiven.
 *
 * @param periodMillis mean time between two beats, 100 ms to 60 s
 * @param jitterPercent how far a single beat may be from the period, 0 to 50
 * @param ttlMultiplier silence of period times this ends a session, 2 to 20
 * @param failoverMultiplier silence forgiven after a change of leader, 3 to 60; at least
 *     ttlMultiplier + 1
 */
public record HeartbeatSettings(
    int periodMillis, int jitterPercent, int ttlMultiplier, int failoverMultiplier) {

  /** 5 s ± 10 %, three missed beats, six after a change of leader. */
  public static final HeartbeatSettings DEFAULT = new HeartbeatSettings(5_000, 10, 3, 6);

  /** Checks the ranges and what must hold between the fields; throws BAD_REQUEST. */
  public HeartbeatSettings {
    Limits.within("heartbeat.period", periodMillis, 100, 60_000);
    Limits.within("heartbeat.jitter", jitterPercent, 0, 50);
    Limits.within("heartbeat.ttlMultiplier", ttlMultiplier, 2, 20);
    Limits.within("heartbeat.failoverMultiplier", failoverMultiplier, 3, 60);
    if (failoverMultiplier < ttlMultiplier + 1) {
      throw SwarmException.badRequest(
          "heartbeat.failoverMultiplier: "
              + failoverMultiplier
              + " must be greater than ttlMultiplier "
              + ttlMultiplier);
    }
  }

  /** Silence that ends a session whose worker was promised this settings' period. */
  public long ttlMillis() {
    return ttlMillis(periodMillis);
  }

  /** Silence that ends a session whose worker was promised the given period. */
  public long ttlMillis(int promisedPeriodMillis) {
    return (long) Math.max(periodMillis, promisedPeriodMillis) * ttlMultiplier;
  }

  /** How long after a change of leader a worker may stay unheard. */
  public long graceMillis() {
    return (long) periodMillis * failoverMultiplier;
  }
}
