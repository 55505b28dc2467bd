package dev.swarm.presence;

import dev.swarm.model.Judgement;
import dev.swarm.model.SessionRef;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Judgements on their way to the log: at most one per session, the newest. One that could not be
 * proposed comes back and goes out again, unless a newer one took its place.
 */
final class Judgements {
  /** Most that go into one command. */
  static final int MAX_PER_COMMAND = 1_000;

  private final Map<SessionRef, Judgement> waiting = new LinkedHashMap<>();

  void add(Judgement judgement) {
    waiting.put(judgement.session(), judgement);
  }

  /** They are still to be said. */
  void again(List<Judgement> unsaid) {
    for (Judgement judgement : unsaid) waiting.putIfAbsent(judgement.session(), judgement);
  }

  boolean isEmpty() {
    return waiting.isEmpty();
  }

  /** Takes out what goes into one command, the oldest first. */
  List<Judgement> take() {
    List<Judgement> taken = new ArrayList<>(Math.min(waiting.size(), MAX_PER_COMMAND));
    var oldest = waiting.values().iterator();
    while (oldest.hasNext() && taken.size() < MAX_PER_COMMAND) {
      taken.add(oldest.next());
      oldest.remove();
    }
    return taken;
  }
}
