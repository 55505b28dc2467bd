package dev.swarm.rebalance;

/** So many a second, evenly: what was not taken for a while does not come as a burst. */
final class Pace {
  private static final double NANOS = 1e9;
  private static final double BURST_SECONDS = 0.25;

  private final int perSecond;
  private double allowed;
  private long atNanos;

  Pace(int perSecond, long nowNanos) {
    this.perSecond = perSecond;
    atNanos = nowNanos;
  }

  int perSecond() {
    return perSecond;
  }

  /** How many may go now; what of them went is to be {@link #spent}. */
  int allowed(long nowNanos) {
    double most = Math.max(1, perSecond * BURST_SECONDS);
    allowed = Math.min(most, allowed + perSecond * ((nowNanos - atNanos) / NANOS));
    atNanos = nowNanos;
    return perSecond == 0 ? 0 : (int) allowed;
  }

  void spent(int count) {
    allowed -= count;
  }
}
