package dev.swarm.presence;

import dev.swarm.model.SessionRef;

/** One session as the leader sees it; changed by {@link PresenceTable} only. */
final class Presence {
  /** Not waiting in any bucket of {@link WakeUps}. */
  static final long ASLEEP = Long.MAX_VALUE;

  final SessionRef session;

  /** Longest period the worker was promised, as of the newest sign of life. */
  int promisedMillis;

  /** The settings that its manager had at the newest sign of life; 0 before the first. */
  long settingsVersion;

  /** When the newest sign of life came: a beat, or the session's own beginning, or the reign's. */
  long heardNanos;

  long deadlineNanos;

  /** Bucket in which it waits; others that still name it are out of date. */
  long bucket = ASLEEP;

  /** Committed as UP in this epoch. */
  boolean up;

  /** Heard of in this reign: TTL counts, not the grace. */
  boolean heard;

  /** Late beyond doubt; nothing that comes on this session counts any more. */
  boolean condemned;

  Presence(SessionRef session, boolean up) {
    this.session = session;
    this.up = up;
    this.heard = up;
  }
}
