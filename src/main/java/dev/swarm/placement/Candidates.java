package dev.swarm.placement;

import dev.swarm.model.WorkerId;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;

/**
 * Workers that may be given tasks, the least loaded first; of equally loaded ones the one that was
 * chosen longest ago. Choosing and changing cost O(log n).
 */
final class Candidates {
  private record Place(int load, long turn, WorkerId worker) {}

  private static final Comparator<Place> LEAST_LOADED =
      Comparator.comparingInt(Place::load)
          .thenComparingLong(Place::turn)
          .thenComparing(Place::worker);

  private final TreeSet<Place> order = new TreeSet<>(LEAST_LOADED);
  private final Map<WorkerId, Place> places = new HashMap<>();
  private long turns;

  boolean isEmpty() {
    return order.isEmpty();
  }

  /** Takes the worker in, or sets its load. */
  void put(WorkerId worker, int load) {
    Place before = places.get(worker);
    if (before != null) order.remove(before);
    Place now = new Place(load, before == null ? 0 : before.turn(), worker);
    places.put(worker, now);
    order.add(now);
  }

  void remove(WorkerId worker) {
    Place before = places.remove(worker);
    if (before != null) order.remove(before);
  }

  /** The worker for the next task, now with one more. */
  WorkerId choose() {
    Place least = order.pollFirst();
    Place now = new Place(least.load() + 1, ++turns, least.worker());
    places.put(now.worker(), now);
    order.add(now);
    return now.worker();
  }
}
