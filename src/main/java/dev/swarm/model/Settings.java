package dev.swarm.model;

/**
 * What the managers agree on, as opposed to what a process is configured with.
 *
 * @param version 1, 2, 3 ... rises with every change; 0 before the first
 */
public record Settings(HeartbeatSettings heartbeat, BatchSettings batch, long version) {
  /** What a cluster starts with when nothing else is said. */
  public static final Settings DEFAULT =
      new Settings(HeartbeatSettings.DEFAULT, BatchSettings.DEFAULT, 0);

  /** The same settings under another version. */
  public Settings withVersion(long newVersion) {
    return new Settings(heartbeat, batch, newVersion);
  }

  /** The same settings with other heartbeats. */
  public Settings with(HeartbeatSettings others) {
    return new Settings(others, batch, version);
  }

  long digest() {
    return Digest.of("settings")
        .add(heartbeat.periodMillis())
        .add(heartbeat.jitterPercent())
        .add(heartbeat.ttlMultiplier())
        .add(heartbeat.failoverMultiplier())
        .add(heartbeat.maxPerSecond())
        .add(heartbeat.paceMillis())
        .add(batch.maxDelayMillis())
        .add(batch.maxSize())
        .add(version)
        .value();
  }
}
