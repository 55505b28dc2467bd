package dev.swarm.rebalance;

import dev.swarm.model.WorkerId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * Which of the managers that give their workers up, and have asked some of them to go or cannot
 * since nobody takes any, do not get rid of them. Each is told of once, and again only when workers
 * have gone meanwhile.
 */
final class StuckDrains {
  /** A drain is stuck when no worker has gone for so long. */
  static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(30);

  /** So many of the workers that are left are named. */
  static final int NAMED = 5;

  private static final class Watch {
    int held;
    long sinceNanos;
    boolean told;

    Watch(int held, long sinceNanos) {
      this.held = held;
      this.sinceNanos = sinceNanos;
    }
  }

  private final Fleet fleet;
  private final Map<String, Watch> watches = new TreeMap<>();

  StuckDrains(Fleet fleet) {
    this.fleet = fleet;
  }

  /** Workers of these managers are asked to go. */
  void asked(List<PlannedMove> moves, long nowNanos) {
    for (PlannedMove move : moves) watch(move.holder(), nowNanos);
  }

  private void watch(String id, long nowNanos) {
    watches.computeIfAbsent(id, first -> new Watch(fleet.held(id), nowNanos));
  }

  /**
   * The drains of which it is news that they are stuck.
   *
   * @param anyTakes whether there is a manager that takes workers
   */
  List<StuckDrain> look(boolean anyTakes, long nowNanos) {
    if (!anyTakes) fleet.managers().forEach(each -> watch(each.id(), nowNanos));
    watches.keySet().removeIf(id -> !fleet.givesUp(id) || fleet.held(id) == 0);
    List<StuckDrain> news = new ArrayList<>();
    watches.forEach(
        (id, watch) -> {
          if (isNews(watch, fleet.held(id), nowNanos)) {
            news.add(new StuckDrain(id, watch.held, some(id), anyTakes));
          }
        });
    return news;
  }

  private static boolean isNews(Watch watch, int held, long nowNanos) {
    if (held < watch.held) {
      watch.sinceNanos = nowNanos;
      watch.told = false;
    }
    watch.held = held;
    if (watch.told || nowNanos - watch.sinceNanos < PATIENCE_NANOS) return false;
    watch.told = true;
    return true;
  }

  private List<WorkerId> some(String manager) {
    return fleet.state().workers().values().stream()
        .filter(worker -> !worker.down() && worker.session().manager().equals(manager))
        .limit(NAMED)
        .map(worker -> worker.id())
        .toList();
  }

  /** Workers that are left with managers whose drain is stuck. */
  int left() {
    return watches.values().stream()
        .filter(watch -> watch.told)
        .mapToInt(watch -> watch.held)
        .sum();
  }
}
