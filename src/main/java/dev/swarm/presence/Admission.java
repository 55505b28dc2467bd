package dev.swarm.presence;

import dev.swarm.model.SwarmException;

/** How many sessions may be on their way into the log at once; the rest is told to come again. */
final class Admission {
  /** Opens proposed and not yet answered. */
  static final int MAX_OPENING = 10_000;

  /** When to come again. */
  static final int RETRY_AFTER_MILLIS = 500;

  private int opening;

  /** Lets so many in, or throws OVERLOADED. */
  void enter(int opens) {
    if (opening > 0 && opening + opens > MAX_OPENING) {
      throw new SwarmException(
          SwarmException.Kind.OVERLOADED,
          opening + " sessions are being opened, at most " + MAX_OPENING + " may be",
          RETRY_AFTER_MILLIS);
    }
    opening += opens;
  }

  /** So many are answered. */
  void leave(int opens) {
    opening -= opens;
  }
}
