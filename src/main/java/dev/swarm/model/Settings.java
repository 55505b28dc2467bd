package dev.swarm.model;

/**
 * What the managers agree on, as opposed to what a process is configured with.
 *
 * @param version 1, 2, 3 ... rises with every change; 0 before the first
 * @param promisedMillis a period longer than the effective one by which some worker may still go,
 *     because it was promised before a change; 0 for none
 */
public record Settings(
    HeartbeatSettings heartbeat, BatchSettings batch, long version, int promisedMillis) {
  /** What a cluster starts with when nothing else is said. */
  public static final Settings DEFAULT =
      new Settings(HeartbeatSettings.DEFAULT, BatchSettings.DEFAULT, 0);

  /** Checks the promise; throws BAD_REQUEST. */
  public Settings {
    Limits.within("promised period", promisedMillis, 0, HeartbeatSettings.MAX_PERIOD_MILLIS);
  }

  /** Settings before which nobody was promised anything. */
  public Settings(HeartbeatSettings heartbeat, BatchSettings batch, long version) {
    this(heartbeat, batch, version, 0);
  }

  /** The same settings under another version. */
  public Settings withVersion(long newVersion) {
    return new Settings(heartbeat, batch, newVersion, promisedMillis);
  }

  /** The same settings with other heartbeats. */
  public Settings with(HeartbeatSettings others) {
    return new Settings(others, batch, version, promisedMillis);
  }

  /** The same settings, and this promise. */
  Settings promising(int millis) {
    return new Settings(heartbeat, batch, version, millis);
  }

  /** These settings as those that come after others, by which workers go until they hear. */
  Settings after(Settings former) {
    int longest = former.longestMillis();
    return promising(longest > heartbeat.effectiveMillis() ? longest : 0);
  }

  /** Whether the same is agreed on in both, whatever was promised before. */
  public boolean agreesWith(Settings other) {
    return promising(0).equals(other.promising(0));
  }

  /** The longest period by which any worker may go. */
  public int longestMillis() {
    return Math.max(heartbeat.effectiveMillis(), promisedMillis);
  }

  /** How long after a change of leader a worker may stay unheard. */
  public long graceMillis() {
    return (long) longestMillis() * heartbeat.failoverMultiplier();
  }

  long digest() {
    Digest digest =
        Digest.of("settings")
            .add(heartbeat.periodMillis())
            .add(heartbeat.jitterPercent())
            .add(heartbeat.ttlMultiplier())
            .add(heartbeat.failoverMultiplier())
            .add(heartbeat.maxPerSecond())
            .add(heartbeat.paceMillis())
            .add(batch.maxDelayMillis())
            .add(batch.maxSize())
            .add(version);
    // None: the digest that settings had before there were promises.
    return (promisedMillis == 0 ? digest : digest.add(promisedMillis)).value();
  }
}
