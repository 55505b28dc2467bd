package dev.swarm.edge;

/**
 * Lets so many a second pass, after a first second's worth at once, and tells the others when to
 * come again: one after the other, so that they do not come together. Who comes again stands in
 * nobody's way meanwhile, and may have to be told once more. For one thread.
 */
public final class Turnstile {
  /** The longest that somebody is told to wait. */
  public static final int MOST_MILLIS = 30_000;

  private final int perSecond;
  private final long nanosEach;
  private double left;
  private long sinceNanos;
  private long nextNanos;

  /** With a second's worth to begin with. */
  public Turnstile(int perSecond, long nowNanos) {
    this.perSecond = perSecond;
    nanosEach = 1_000_000_000L / perSecond;
    left = perSecond;
    sinceNanos = nowNanos;
    nextNanos = nowNanos;
  }

  /** Lets one pass; false when it is not its turn. */
  public boolean pass(long nowNanos) {
    left = Math.min(perSecond, left + perSecond * (nowNanos - sinceNanos) / 1e9);
    sinceNanos = nowNanos;
    if (left < 1) return false;
    left--;
    return true;
  }

  /** When one who could not pass is to come again, in milliseconds: after all told before it. */
  public int comeAgainMillis(long nowNanos) {
    nextNanos = Math.max(nowNanos, nextNanos) + nanosEach;
    long millis = 1 + (nextNanos - nowNanos) / 1_000_000;
    if (millis <= MOST_MILLIS) return (int) millis;
    nextNanos = nowNanos; // a line that long is not worth standing in: the next are told less
    return MOST_MILLIS;
  }
}
