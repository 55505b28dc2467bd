package dev.swarm.rebalance;

import dev.swarm.model.Change;
import dev.swarm.model.ClusterState;
import dev.swarm.model.MoveRates;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Decides which workers are asked to move, and where to: managers that give their workers up come
 * first, and only when nobody does are workers balanced. Between occasions nobody moves, however
 * the numbers drift.
 */
final class MovePlanner {
  private final Fleet fleet;
  private final Candidates candidates;
  private final Attendance attendance = new Attendance();
  private final Occasions occasions;
  private final Drain drain;
  private final Balance balance;
  private final StuckDrains stuck;
  private final List<String> news = new ArrayList<>();
  private final List<StuckDrain> stuckNews = new ArrayList<>();

  /** Plans for the fleet as it stands. */
  MovePlanner(ClusterState state, MoveRates rates, long nowNanos) {
    fleet = new Fleet(state);
    candidates = new Candidates(fleet, nowNanos);
    stuck = new StuckDrains(fleet);
    Pace drains = new Pace(rates.drainPerSecond(), nowNanos);
    Pace rebalances = new Pace(rates.rebalancePerSecond(), nowNanos);
    occasions = new Occasions(fleet, attendance, nowNanos);
    drain = new Drain(fleet, candidates, drains, news::add);
    balance = new Balance(fleet, candidates, occasions, rebalances, news::add);
  }

  /** Follows one entry of the log. */
  void follow(ClusterState next, List<Change> changes) {
    fleet.follow(next, changes);
  }

  /** Follows a jump of the log. */
  void replaced(ClusterState next) {
    fleet.replaced(next);
  }

  /** Sessions that the manager holds. */
  int held(String manager) {
    return fleet.held(manager);
  }

  /** Whether there may be more to plan soon. */
  boolean busy() {
    return balance.underWay() || drain.underWay() || fleet.moves().size() > 0;
  }

  /**
   * The moves to ask for now.
   *
   * @param reachable managers that moves and workers can get to, the leader among them
   */
  List<PlannedMove> plan(Set<String> reachable, long nowNanos) {
    attendance.look(fleet.managers(), reachable, nowNanos);
    occasions.look(nowNanos);
    drain.look(reachable, fleet.moves().expire(nowNanos), nowNanos);
    stuckNews.addAll(stuck.look(drain.anyTakes(), nowNanos));
    if (!drain.underWay()) return balance.plan(reachable, nowNanos);
    List<PlannedMove> moves = drain.plan(nowNanos);
    stuck.asked(moves, nowNanos);
    return moves;
  }

  /** What became of moves since this was last asked. */
  Map<OpenMoves.End, Integer> takeEnded() {
    return fleet.moves().takeEnded();
  }

  /** What began or ended since this was last asked, for people. */
  List<String> takeNews() {
    List<String> taken = List.copyOf(news);
    news.clear();
    return taken;
  }

  /** Drains that were found stuck since this was last asked. */
  List<StuckDrain> takeStuck() {
    List<StuckDrain> taken = List.copyOf(stuckNews);
    stuckNews.clear();
    return taken;
  }

  /** Workers that are left with managers whose drain is stuck. */
  int stuck() {
    return stuck.left();
  }

  /** Records of workers looked at so far. */
  long seen() {
    return candidates.seen();
  }
}
