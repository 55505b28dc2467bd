package dev.swarm.rebalance;

import dev.swarm.model.WorkerId;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A manager that does not get rid of its workers.
 *
 * @param left workers that are still with it
 * @param some of them, by name
 * @param anyTakes whether there is a manager that takes workers
 */
record StuckDrain(String manager, int left, List<WorkerId> some, boolean anyTakes) {

  /** For people. */
  String message() {
    String names = some.stream().map(WorkerId::value).collect(Collectors.joining(", "));
    int more = left - some.size();
    String others = more == 0 ? "" : more == 1 ? " and 1 other" : " and " + more + " others";
    return (left == 1 ? "1 worker does not leave: " : left + " workers do not leave: ")
        + names
        + others
        + (anyTakes ? "" : "; no other manager takes any");
  }
}
