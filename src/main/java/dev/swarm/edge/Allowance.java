package dev.swarm.edge;

/**
 * What may be spent: so much a second, and what was not spent in the last second. For one thread.
 */
public final class Allowance {
  private final double perSecond;
  private double left;
  private long sinceNanos;

  /** Begins with a second's worth. */
  public Allowance(int perSecond, long nowNanos) {
    this.perSecond = perSecond;
    left = perSecond;
    sinceNanos = nowNanos;
  }

  /** Spends; false when there is not so much. */
  public boolean spend(int amount, long nowNanos) {
    if (left < amount && nowNanos > sinceNanos) {
      left = Math.min(perSecond, left + perSecond * (nowNanos - sinceNanos) / 1e9);
      sinceNanos = nowNanos;
    }
    left -= amount;
    return left >= 0;
  }
}
