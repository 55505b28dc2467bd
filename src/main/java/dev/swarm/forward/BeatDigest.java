package dev.swarm.forward;

import dev.swarm.bus.Messages.SessionBeat;
import dev.swarm.model.SessionRef;
import dev.swarm.model.SwarmException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Gathers the beats of all dispatchers of a manager into one message at most every 100 ms. The
 * newest beat of a session wins, and grows older while it waits.
 */
final class BeatDigest {
  /** Between two messages: ten a second. */
  static final long GAP_NANOS = 100_000_000L;

  /** Sessions held for the next message; more beats are OVERLOADED. */
  static final int MAX_HELD = 200_000;

  private static final long NANOS_PER_MILLI = 1_000_000L;

  private final Map<SessionRef, Held> newest = new LinkedHashMap<>();
  private boolean taken;
  private long takenNanos;

  /** A beat and when it came here. */
  private record Held(SessionBeat beat, long sinceNanos) {
    SessionBeat at(long nowNanos) {
      long waitedMillis = Math.max(0, nowNanos - sinceNanos) / NANOS_PER_MILLI;
      return beat.aged(waitedMillis);
    }
  }

  /** Adds what a dispatcher heard; throws OVERLOADED at the limit. */
  void add(List<SessionBeat> beats, long nowNanos) {
    if (newest.size() + beats.size() > MAX_HELD) {
      throw new SwarmException(
          SwarmException.Kind.OVERLOADED,
          "more than " + MAX_HELD + " beats wait for the link to the leader",
          (int) (GAP_NANOS / NANOS_PER_MILLI));
    }
    for (SessionBeat beat : beats) {
      newest.merge(beat.session(), new Held(beat, nowNanos), (old, now) -> newer(old, now));
    }
  }

  private static Held newer(Held old, Held now) {
    if (old.beat().seq() != now.beat().seq())
      return old.beat().seq() > now.beat().seq() ? old : now;
    return old.at(now.sinceNanos()).ageMillis() < now.beat().ageMillis() ? old : now;
  }

  /** How long until the next message may go; 0 when it may at once. */
  long waitNanos(long nowNanos) {
    return taken ? Math.max(0, takenNanos + GAP_NANOS - nowNanos) : 0;
  }

  /** Takes what is to be sent now. */
  List<SessionBeat> take(long nowNanos) {
    List<SessionBeat> beats = new ArrayList<>(newest.size());
    for (Held held : newest.values()) beats.add(held.at(nowNanos));
    newest.clear();
    taken = true;
    takenNanos = nowNanos;
    return beats;
  }
}
