package dev.swarm.rebalance;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** How many workers each manager should hold. */
final class Quotas {
  private Quotas() {}

  /**
   * Divides all that are held by the shares. What is left over by rounding stays where most is too
   * much, so that the least possible number must move.
   *
   * @param shares of the managers, of which one at least is not 0
   * @param held by the same managers
   */
  static Map<String, Integer> of(Map<String, Integer> shares, Map<String, Integer> held) {
    long total = shares.keySet().stream().mapToLong(id -> held.getOrDefault(id, 0)).sum();
    long weights = shares.values().stream().mapToLong(Integer::intValue).sum();
    Map<String, Integer> quotas = new TreeMap<>();
    shares.forEach((id, share) -> quotas.put(id, (int) (total * share / weights)));
    long left = total - quotas.values().stream().mapToLong(Integer::intValue).sum();
    List<String> takers =
        shares.keySet().stream()
            .filter(id -> shares.get(id) > 0)
            .sorted(
                Comparator.<String>comparingInt(id -> quotas.get(id) - held.getOrDefault(id, 0))
                    .thenComparing(Comparator.naturalOrder()))
            .toList();
    for (int i = 0; i < left; i++) quotas.merge(takers.get(i % takers.size()), 1, Integer::sum);
    return quotas;
  }
}
