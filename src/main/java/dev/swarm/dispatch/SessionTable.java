package dev.swarm.dispatch;

import dev.swarm.model.ClusterState;
import dev.swarm.model.HeartbeatSettings;
import dev.swarm.model.SessionRef;
import dev.swarm.model.WorkerId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The current sessions of the workers connected here, at most one for each worker. What comes for a
 * session that is not in here is late or foreign and finds nobody.
 */
final class SessionTable {
  private final Map<WorkerId, LiveSession> sessions = new LinkedHashMap<>();

  /**
   * Adds a granted session; returns the older one of the same worker that it displaces, or null.
   */
  LiveSession open(LiveSession session) {
    return sessions.put(session.ref().worker(), session);
  }

  /** The session of this worker, or null. */
  LiveSession of(WorkerId worker) {
    return sessions.get(worker);
  }

  /** The session, or null when it is not, or no longer, served here. */
  LiveSession of(SessionRef ref) {
    LiveSession session = sessions.get(ref.worker());
    return session != null && session.ref().equals(ref) ? session : null;
  }

  /** Whether exactly this one is served here. */
  boolean holds(LiveSession session) {
    return sessions.get(session.ref().worker()) == session;
  }

  /** Takes a session out; false when it was not in. */
  boolean remove(LiveSession session) {
    return sessions.remove(session.ref().worker(), session);
  }

  /** All sessions, which may change while a copy is walked. */
  Collection<LiveSession> all() {
    return Collections.unmodifiableCollection(sessions.values());
  }

  int size() {
    return sessions.size();
  }

  /** Those that the state no longer knows as current. */
  List<LiveSession> ended(ClusterState state) {
    List<LiveSession> ended = new ArrayList<>();
    for (LiveSession session : sessions.values()) {
      Fate fate = Fate.of(session, state.workers().get(session.ref().worker()));
      if (fate != Fate.CURRENT) ended.add(session);
    }
    return ended;
  }

  /** Those whose worker was silent, or did not read, for a TTL. */
  List<LiveSession> lost(HeartbeatSettings agreed, long nowNanos) {
    List<LiveSession> lost = new ArrayList<>();
    for (LiveSession session : sessions.values()) {
      session.writable(session.stream() == null || session.stream().writable(), nowNanos);
      if (session.lost(agreed, nowNanos)) lost.add(session);
    }
    return lost;
  }

  /** We were away ourselves for so long, up to now: nobody was silent then. */
  void forgive(long nanos, long nowNanos) {
    for (LiveSession session : sessions.values()) session.forgive(nanos, nowNanos);
  }
}
