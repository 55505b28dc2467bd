package dev.swarm.presence;

/**
 * The clock by which workers are judged: it leaves out what the leader itself missed. While our
 * process stood still (a long collection of garbage, a suspended machine, SIGSTOP), or while no
 * majority answered so that no beat could be confirmed, nobody's silence counts: all deadlines move
 * by as much, because this clock did not.
 */
public final class StallGuard {
  /** How often at least the owner asks for the time. */
  public static final long TICK_NANOS = 250_000_000L;

  /** A tick that is later than this is a stall, not a busy moment. */
  public static final long TOLERANCE_NANOS = 250_000_000L;

  private long askedNanos;
  private long leftOutNanos;
  private long authorityNanos;
  private boolean deaf;

  /** Starts with authority, now. */
  public StallGuard(long nowNanos) {
    askedNanos = nowNanos;
    authorityNanos = nowNanos;
  }

  /** The time that counts; a gap since the last question that is too long is left out of it. */
  public long time(long nowNanos) {
    long gap = nowNanos - askedNanos;
    if (gap > TICK_NANOS + TOLERANCE_NANOS) leftOutNanos += gap - TICK_NANOS;
    askedNanos = nowNanos;
    return nowNanos - leftOutNanos;
  }

  /** Nobody could be heard since authority was last proven. */
  public void authorityMissing(long nowNanos) {
    time(nowNanos);
    deaf = true;
  }

  /** A majority answers: what passed without it, if it was missing, is left out. */
  public void authorityProven(long nowNanos) {
    long time = time(nowNanos);
    if (deaf) leftOutNanos += time - authorityNanos;
    deaf = false;
    authorityNanos = nowNanos - leftOutNanos;
  }

  /** All that was left out so far. */
  public long leftOutNanos() {
    return leftOutNanos;
  }
}
