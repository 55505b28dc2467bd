package dev.swarm.worker;

import java.util.concurrent.TimeUnit;

/**
 * When a session beats, and when its manager's silence means something. The manager says when the
 * next beat is due; a stall of our own process is not held against the manager.
 */
final class BeatClock {
  /** A beat that is not answered in this time makes the agent look for another manager. */
  static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(2);

  /** Waking up later than planned by more than this is a stall of our own. */
  static final long STALL_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** What is to be done now. */
  enum Due {
    /** Nothing yet. */
    NOTHING,
    /** Send a heartbeat. */
    BEAT,
    /** The last heartbeat was not answered: dial another manager, keep this one. */
    SILENT,
    /** No answer for a TTL: this session is over. */
    DEAD
  }

  private long intervalNanos;
  private long ttlNanos;
  private long nextBeatNanos;
  private long sentNanos;
  private long heardNanos;
  private long seq;
  private boolean unanswered;
  private boolean silent;

  /** The manager said when to beat, in its Welcome or in a Pong: it is alive. */
  void told(long nowNanos, int beatInMillis, int ttlMillis) {
    intervalNanos = TimeUnit.MILLISECONDS.toNanos(beatInMillis);
    ttlNanos = TimeUnit.MILLISECONDS.toNanos(ttlMillis);
    nextBeatNanos = nowNanos + intervalNanos;
    heardNanos = nowNanos;
    unanswered = false;
    silent = false;
  }

  /** A beat goes out now; returns its number. */
  long beat(long nowNanos) {
    sentNanos = nowNanos;
    nextBeatNanos = nowNanos + Math.max(intervalNanos, patienceNanos());
    unanswered = true;
    return ++seq;
  }

  /** Whether the manager owes an answer for longer than we wait. */
  boolean silent() {
    return silent;
  }

  /** What is due; SILENT is said once per silence. */
  Due due(long nowNanos) {
    forgiveStall(nowNanos);
    if (unanswered && !silent && nowNanos - sentNanos >= patienceNanos()) {
      silent = true;
      return Due.SILENT;
    }
    if (silent && nowNanos - heardNanos >= ttlNanos) return Due.DEAD;
    if ((!unanswered || silent) && nowNanos >= nextBeatNanos) return Due.BEAT;
    return Due.NOTHING;
  }

  /** How long until something is due; at least 1 ms. */
  long millisUntilDue(long nowNanos) {
    long nanos = Math.max(0, dueNanos() - nowNanos);
    return Math.max(1, TimeUnit.NANOSECONDS.toMillis(nanos + 999_999));
  }

  /** We cannot know whether the manager answered: until now it counts as if it had. */
  void excuse(long nowNanos) {
    sentNanos = Math.max(sentNanos, nowNanos);
    heardNanos = Math.max(heardNanos, nowNanos);
  }

  private void forgiveStall(long nowNanos) {
    long lateNanos = nowNanos - dueNanos();
    if (lateNanos < STALL_NANOS) return;
    // What the manager said meanwhile may lie unread in our own buffers: give it time to be seen.
    sentNanos += lateNanos + STALL_NANOS;
    heardNanos += lateNanos + STALL_NANOS;
  }

  private long dueNanos() {
    if (unanswered && !silent) return sentNanos + patienceNanos();
    return silent ? Math.min(nextBeatNanos, heardNanos + ttlNanos) : nextBeatNanos;
  }

  private long patienceNanos() {
    return ttlNanos == 0 ? PATIENCE_NANOS : Math.min(PATIENCE_NANOS, ttlNanos / 2);
  }
}
