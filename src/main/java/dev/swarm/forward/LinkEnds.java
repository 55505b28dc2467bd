package dev.swarm.forward;

import dev.swarm.bus.Messages.Moves;
import dev.swarm.v1.LinkDown;
import dev.swarm.wire.LinkMessages;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** The streams that followers have open at one event loop of this manager. */
final class LinkEnds {
  private final Map<String, List<End>> open = new HashMap<>();

  /** Of all event loops: how many streams each manager has open. */
  private final Map<String, Integer> all;

  private record End(boolean bulky, Consumer<LinkDown.Builder> told) {}

  LinkEnds(Map<String, Integer> all) {
    this.all = all;
  }

  /**
   * A manager has opened a stream on which it can be told something.
   *
   * @param bulky whether large answers go down it, which others wait for
   */
  void opened(String manager, boolean bulky, Consumer<LinkDown.Builder> told) {
    open.computeIfAbsent(manager, first -> new ArrayList<>()).add(new End(bulky, told));
    all.merge(manager, 1, Integer::sum);
  }

  void closed(String manager, Consumer<LinkDown.Builder> told) {
    List<End> ends = open.get(manager);
    if (ends == null || !ends.removeIf(end -> end.told() == told)) return; // told before
    if (ends.isEmpty()) open.remove(manager);
    all.computeIfPresent(manager, (id, count) -> count == 1 ? null : count - 1);
  }

  /** Tells the follower that holds these workers, if its link ends here. */
  void tell(Moves moves) {
    List<End> ends = open.get(moves.holder());
    if (ends == null) return;
    newest(ends).told().accept(LinkDown.newBuilder().setMoves(LinkMessages.toProto(moves)));
  }

  /** Of one that has dialled anew the older ones may be dead, and are told so later. */
  private static End newest(List<End> ends) {
    for (int i = ends.size() - 1; i >= 0; i--) if (!ends.get(i).bulky()) return ends.get(i);
    return ends.get(ends.size() - 1);
  }
}
