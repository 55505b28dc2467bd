package dev.swarm.rebalance;

import dev.swarm.model.ClusterState;
import dev.swarm.model.Worker;
import dev.swarm.model.WorkerId;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** Goes round all workers, a piece at a time, and picks those that fit. */
final class Walk {
  /** Records looked at in one go. */
  static final int PIECE = 5_000;

  private WorkerId last;
  private long fruitless;
  private long seen;

  /** The next that fit, at most so many; fewer when the piece is at its end. */
  List<Worker> next(ClusterState state, int most, Predicate<Worker> fits) {
    List<Worker> found = new ArrayList<>();
    int piece = Math.min(PIECE, state.workers().size());
    var rest = last == null ? state.workers() : state.workers().tailMap(last, false);
    var iterator = rest.values().iterator();
    for (int i = 0; i < piece && found.size() < most; i++) {
      if (!iterator.hasNext()) iterator = state.workers().values().iterator();
      Worker worker = iterator.next();
      last = worker.id();
      seen++;
      fruitless++;
      if (!fits.test(worker)) continue;
      found.add(worker);
      fruitless = 0;
    }
    return found;
  }

  /** Whether a whole round has found nobody. */
  boolean fruitless(ClusterState state) {
    return fruitless >= state.workers().size();
  }

  /** A new search begins. */
  void begin() {
    fruitless = 0;
  }

  /** Records looked at so far. */
  long seen() {
    return seen;
  }
}
