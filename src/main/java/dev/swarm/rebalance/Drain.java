package dev.swarm.rebalance;

import dev.swarm.model.ManagerInfo;
import dev.swarm.model.Worker;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/** Empties the managers that give their workers up: who of them goes next, and where to. */
final class Drain {
  private final Fleet fleet;
  private final Candidates candidates;
  private final Pace pace;
  private final Consumer<String> news;
  private final Misses misses;
  private Set<String> givers = Set.of();
  private Map<String, Integer> takers = Map.of();
  private boolean underWay;

  /**
   * Nobody is emptied yet.
   *
   * @param news what begins and ends, for people
   */
  Drain(Fleet fleet, Candidates candidates, Pace pace, Consumer<String> news) {
    this.fleet = fleet;
    this.candidates = candidates;
    this.pace = pace;
    this.news = news;
    misses = new Misses(fleet);
  }

  /**
   * Notes who gives and who takes now, and whether there is anybody to ask.
   *
   * @param stayed moves that workers were asked to make and have not made
   */
  void look(Set<String> reachable, List<PlannedMove> stayed, long nowNanos) {
    takers = takers(reachable);
    for (PlannedMove move : stayed) {
      if (fleet.givesUp(move.holder())) misses.add(move, takers.keySet(), nowNanos);
    }
    misses.expire(nowNanos);
    givers = givers(reachable);
    note(!givers.isEmpty());
    if (!underWay) misses.clear();
  }

  /** Whether somebody is being emptied. */
  boolean underWay() {
    return underWay;
  }

  /** Whether there is anybody to give workers to. */
  boolean anyTakes() {
    return !takers.isEmpty();
  }

  private Map<String, Integer> takers(Set<String> reachable) {
    Map<String, Integer> able = new TreeMap<>();
    for (ManagerInfo manager : fleet.managers()) {
      boolean takes = manager.share() > 0 && reachable.contains(manager.id());
      if (takes) able.put(manager.id(), manager.share());
    }
    return able;
  }

  /** Who gives workers up, has some, and can give them to somebody. */
  private Set<String> givers(Set<String> reachable) {
    Set<String> able = new HashSet<>();
    if (takers.isEmpty()) return able;
    for (ManagerInfo manager : fleet.managers()) {
      String id = manager.id();
      boolean gives = fleet.givesUp(id) && reachable.contains(id);
      if (gives && fleet.held(id) > misses.stuckOn(id)) able.add(id);
    }
    return able;
  }

  private void note(boolean now) {
    if (underWay == now) return;
    underWay = now;
    candidates.begin();
    news.accept(
        now
            ? "workers are asked to leave: " + fleet.levels()
            : "nobody is left who could be asked to leave");
  }

  /** The moves to ask for now. */
  List<PlannedMove> plan(long nowNanos) {
    int left = givers.stream().mapToInt(id -> Math.max(0, fleet.level(id))).sum();
    int most = Math.min(left, candidates.most(pace, nowNanos));
    List<PlannedMove> moves = new ArrayList<>();
    for (Worker worker : candidates.next(givers, most, misses::stuck)) {
      String target = emptiest(misses.of(worker.id()));
      if (target == null) break;
      String reason = "manager " + worker.session().manager() + " gives its workers up";
      moves.add(fleet.ask(worker, target, reason, nowNanos));
    }
    pace.spent(moves.size());
    if (candidates.exhausted()) candidates.rest(nowNanos);
    return moves;
  }

  /**
   * Who would be the furthest below its share with one more; not one that was missed, if possible.
   * Nobody gets more than its part of the moves that may be open: a taker that is there and cannot
   * be got to does not hold all the others up. Null when all have that.
   */
  private String emptiest(Set<String> avoid) {
    int part = Math.max(1, Candidates.MAX_OPEN_SECONDS * pace.perSecond() / takers.size());
    return takers.keySet().stream()
        .filter(id -> fleet.moves().to(id) < part)
        .min(
            Comparator.<String, Boolean>comparing(avoid::contains)
                .thenComparing(id -> (fleet.level(id) + 1.0) / takers.get(id)))
        .orElse(null);
  }
}
