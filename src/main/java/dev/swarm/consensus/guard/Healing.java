package dev.swarm.consensus.guard;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * When to open the log again after the role was taken down, and when that is of no use. A disk may
 * take its time to come back; a replica that fails again on a disk that works will not heal.
 */
public final class Healing {
  /** The first attempt comes so long after the role was taken down. */
  static final long LEAST_WAIT_MILLIS = 500;

  /** Further ones come at twice the wait, up to this. */
  static final long MOST_WAIT_MILLIS = 30_000;

  /** So many failures to open the log on a disk that works are for good. */
  static final int MOST_FAILURES = 5;

  /** So many relapses, within the window, that no disk is to blame for are for good. */
  static final int MOST_RELAPSES = 3;

  /** See {@link #MOST_RELAPSES}; a calm time this long also makes the wait short again. */
  static final long WINDOW_NANOS = 600_000_000_000L;

  private final Deque<Long> relapses = new ArrayDeque<>();
  private long waitMillis = LEAST_WAIT_MILLIS;
  private long downNanos;
  private boolean wasDown;
  private int failures;

  /**
   * The role was taken down.
   *
   * @param proven whether anything was ever applied since the first log was opened
   * @return false when another attempt is of no use
   */
  public boolean down(Trouble trouble, boolean proven, long nowNanos) {
    if (!wasDown || nowNanos - downNanos > WINDOW_NANOS) waitMillis = LEAST_WAIT_MILLIS;
    wasDown = true;
    downNanos = nowNanos;
    failures = 0;
    if (trouble == Trouble.REFUSED) return false;
    if (trouble == Trouble.LOG_FAILED) return proven; // never written yet: set up wrongly
    if (trouble == Trouble.NO_SPACE) return true;
    relapses.add(nowNanos);
    while (nowNanos - relapses.peek() > WINDOW_NANOS) relapses.poll();
    return relapses.size() < MOST_RELAPSES;
  }

  /** How long to wait before the next attempt. */
  public long nextWaitMillis() {
    long wait = waitMillis;
    waitMillis = Math.min(MOST_WAIT_MILLIS, 2 * waitMillis);
    return wait;
  }

  /**
   * The log could not be opened although the disk works.
   *
   * @return false when another attempt is of no use
   */
  public boolean failed() {
    return ++failures < MOST_FAILURES;
  }
}
