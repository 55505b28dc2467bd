package dev.swarm.worker;

import java.util.concurrent.TimeUnit;

/**
 * How long a session that dials waits, on a process that may stand still itself: what the manager
 * said meanwhile then lies unread in our own buffers, and it may have cut us off for our silence.
 * So it is looked at in short steps, and steps that come late show a standstill.
 */
final class WelcomeClock {
  private static final long STEP_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  /** A step that is so late shows that our own event loop has too much to do. */
  private static final long LATE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  /** And so long it is given for it at least. */
  private static final long CATCH_UP_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** But not more often: a process that is always late must come to an end with a mute manager. */
  private static final int MOST_CATCH_UPS = 4;

  private boolean begun;
  private long dueNanos;
  private int catchUps;
  private long stepNanos;
  private long lateNanos;

  /** Waits so long from now: for a connection, and anew for a Welcome once Hello is out. */
  void begin(long nowNanos, long millis) {
    if (begun) note(nowNanos);
    begun = true;
    dueNanos = nowNanos + TimeUnit.MILLISECONDS.toNanos(millis);
    plan(nowNanos);
  }

  /** To be called when the next step was due: one that comes late may give more time. */
  void step(long nowNanos) {
    long caughtUpNanos = nowNanos + CATCH_UP_NANOS;
    if (lateness(nowNanos) > 0 && caughtUpNanos > dueNanos && catchUps < MOST_CATCH_UPS) {
      catchUps++;
      dueNanos = caughtUpNanos;
    }
    note(nowNanos);
    plan(nowNanos);
  }

  /** Whether the time is over. */
  boolean isOver(long nowNanos) {
    return nowNanos >= dueNanos;
  }

  /** Late steps in a row are one standstill, which a step in time ends. */
  private void note(long nowNanos) {
    long late = lateness(nowNanos);
    lateNanos = late == 0 ? 0 : lateNanos + late;
  }

  private long lateness(long nowNanos) {
    long late = nowNanos - stepNanos;
    return late > LATE_NANOS ? late : 0;
  }

  private void plan(long nowNanos) {
    stepNanos = Math.min(dueNanos, nowNanos + STEP_NANOS);
  }

  /** How long until the next step; at least 1 ms. */
  long millisUntilStep(long nowNanos) {
    return Math.max(1, TimeUnit.NANOSECONDS.toMillis(stepNanos - nowNanos + 999_999));
  }

  /** Whether this process stood still for a second or more until a moment ago. */
  boolean stoodStill(long nowNanos) {
    return begun && lateNanos + lateness(nowNanos) >= BeatClock.STALL_NANOS;
  }
}
