package dev.swarm.worker;

import java.util.Locale;

/** Why a stream ended. */
public enum EndReason {
  /** The manager could not be reached. */
  UNREACHABLE,
  /** No Welcome came in time. */
  NOT_WELCOMED,
  /** The connection or the manager went away. */
  LOST,
  /** It broke before a Welcome, just after this process itself had stood still. */
  STALLED,
  /** No heartbeat was answered for a TTL. */
  SILENT,
  /** The worker was judged down. */
  EXPIRED,
  /** Another process opened a session under the same id. */
  REPLACED,
  /** The manager has no leader. */
  UNAVAILABLE,
  /** The managers admit no more sessions just now. */
  OVERLOADED,
  /** The manager does not accept what the worker says. */
  REFUSED,
  /** The worker did not read, or was silent. */
  TOO_SLOW,
  /** The manager stops. */
  STOPPING,
  /** A session elsewhere took its place. */
  MOVED,
  /** The agent left. */
  LEFT,
  /** The agent's own store failed. */
  FAILED;

  /** The word in metrics and journals. */
  public String tag() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Whether it is a bad experience with this manager. What the manager does in order is none, nor
   * that there is no leader behind it, nor what we were too late for ourselves.
   */
  boolean blamesManager() {
    return switch (this) {
      case UNREACHABLE, NOT_WELCOMED, LOST, SILENT -> true;
      case STALLED,
          UNAVAILABLE,
          OVERLOADED,
          STOPPING,
          EXPIRED,
          REPLACED,
          REFUSED,
          TOO_SLOW,
          MOVED,
          LEFT,
          FAILED ->
          false;
    };
  }
}
