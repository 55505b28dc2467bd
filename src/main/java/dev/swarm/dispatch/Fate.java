package dev.swarm.dispatch;

import dev.swarm.model.Worker;

/** What the log says of a session that is served here. */
enum Fate {
  /** It is the current one. */
  CURRENT,
  /** It was judged down. */
  EXPIRED,
  /** The worker said goodbye and that is committed. */
  LEFT,
  /** The same agent has a newer one: it closes this stream itself. */
  MOVED,
  /** Another agent of the same worker has a newer one. */
  REPLACED;

  /**
   * Decides by the committed record.
   *
   * @param now of the session's worker; null when the state does not know it (any more)
   */
  static Fate of(LiveSession session, Worker now) {
    if (now == null) return EXPIRED;
    if (now.session().number() != session.ref().number()) {
      return now.session().agentBoot() == session.agentBoot() ? MOVED : REPLACED;
    }
    if (!now.down()) return CURRENT;
    return session.leaving() ? LEFT : EXPIRED;
  }
}
