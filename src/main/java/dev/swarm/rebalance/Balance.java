package dev.swarm.rebalance;

import dev.swarm.model.Worker;
import dev.swarm.model.WorkerId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * On one of the {@link Occasions}, lets managers with more than their share give the surplus to
 * those with less, each worker at most once. Between them only {@link Strays} are sent on.
 */
final class Balance {
  private final Fleet fleet;
  private final Candidates candidates;
  private final Occasions occasions;
  private final Pace pace;
  private final Consumer<String> news;

  /** Who was asked on the present occasion. */
  private final Set<WorkerId> asked = new HashSet<>();

  private boolean underWay;

  /**
   * There was no occasion yet.
   *
   * @param news what begins and ends, for people
   */
  Balance(
      Fleet fleet, Candidates candidates, Occasions occasions, Pace pace, Consumer<String> news) {
    this.fleet = fleet;
    this.candidates = candidates;
    this.occasions = occasions;
    this.pace = pace;
    this.news = news;
  }

  /** Whether workers are being balanced. */
  boolean underWay() {
    return underWay;
  }

  /** The moves to ask for now. */
  List<PlannedMove> plan(Set<String> reachable, long nowNanos) {
    if (pace.perSecond() == 0) return List.of();
    Map<String, Integer> shares = occasions.settledShares(nowNanos);
    if (occasions.arisen(shares, reachable, nowNanos)) begin(shares);
    if (!underWay) return sendOn(shares, nowNanos);
    if (nobodyTakes(shares)) return end();
    Map<String, Integer> surplus = surplus(shares);
    if (surplus.values().stream().noneMatch(more -> more > 0)) {
      return fleet.moves().size() == 0 ? end() : List.of();
    }
    List<PlannedMove> moves = level(surplus, nowNanos);
    if (candidates.exhausted() && fleet.moves().size() == 0) end();
    return moves;
  }

  /** Between occasions only those go on that have come to a manager of weight 0. */
  private List<PlannedMove> sendOn(Map<String, Integer> shares, long nowNanos) {
    if (nobodyTakes(shares)) return List.of();
    int most = candidates.most(pace, nowNanos);
    List<PlannedMove> moves = new ArrayList<>();
    for (Worker worker : fleet.strays().take(fleet.state(), shares.keySet(), most)) {
      String reason = "manager " + worker.session().manager() + " has weight 0";
      moves.add(fleet.ask(worker, emptiest(shares), reason, nowNanos));
    }
    pace.spent(moves.size());
    return moves;
  }

  /** Who would be the furthest below its share with one more. */
  private String emptiest(Map<String, Integer> shares) {
    return shares.keySet().stream()
        .filter(id -> shares.get(id) > 0)
        .min(Comparator.comparingDouble(id -> (fleet.level(id) + 1.0) / shares.get(id)))
        .orElseThrow();
  }

  private static boolean nobodyTakes(Map<String, Integer> shares) {
    return shares.values().stream().allMatch(share -> share == 0);
  }

  private void begin(Map<String, Integer> shares) {
    boolean asFound = occasions.take(shares);
    asked.clear();
    candidates.begin();
    if (nobodyTakes(shares)) return;
    Map<String, Integer> levels = fleet.levels(shares.keySet());
    Map<String, Integer> quotas = Quotas.of(shares, levels);
    underWay =
        quotas.keySet().stream()
            .anyMatch(id -> Occasions.off(levels.get(id), quotas.get(id), asFound));
    if (underWay) news.accept("workers are balanced: from " + levels + " to " + quotas);
  }

  private List<PlannedMove> end() {
    if (underWay) news.accept("workers are as balanced as can be: " + fleet.levels());
    underWay = false;
    asked.clear();
    return List.of();
  }

  /** How many each manager has above its quota; what is below it is negative. */
  private Map<String, Integer> surplus(Map<String, Integer> shares) {
    Map<String, Integer> surplus = fleet.levels(shares.keySet());
    Quotas.of(shares, surplus).forEach((id, quota) -> surplus.merge(id, -quota, Integer::sum));
    return surplus;
  }

  private List<PlannedMove> level(Map<String, Integer> surplus, long nowNanos) {
    Set<String> overfull =
        surplus.keySet().stream().filter(id -> surplus.get(id) > 0).collect(Collectors.toSet());
    int left = overfull.stream().mapToInt(surplus::get).sum();
    int most = Math.min(left, candidates.most(pace, nowNanos));
    List<PlannedMove> moves = new ArrayList<>();
    for (Worker worker : candidates.next(overfull, most, asked::contains)) {
      String holder = worker.session().manager();
      if (surplus.get(holder) <= 0) continue;
      String target =
          surplus.keySet().stream().min(Comparator.comparingInt(surplus::get)).orElseThrow();
      surplus.merge(holder, -1, Integer::sum);
      surplus.merge(target, 1, Integer::sum);
      String reason = "manager " + holder + " has more than its share";
      moves.add(fleet.ask(worker, target, reason, nowNanos));
      asked.add(worker.id());
    }
    pace.spent(moves.size());
    return moves;
  }
}
