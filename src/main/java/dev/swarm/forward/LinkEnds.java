package dev.swarm.forward;

import dev.swarm.bus.Messages.Moves;
import dev.swarm.v1.LinkDown;
import dev.swarm.wire.LinkMessages;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The streams that followers have open at one event loop of this manager. */
final class LinkEnds {
  private final Map<String, List<LinkEnd>> open = new HashMap<>();

  /** Of all event loops: how many streams each manager has open. */
  private final Map<String, Integer> all;

  LinkEnds(Map<String, Integer> all) {
    this.all = all;
  }

  void opened(String manager, LinkEnd end) {
    open.computeIfAbsent(manager, first -> new ArrayList<>()).add(end);
    all.merge(manager, 1, Integer::sum);
  }

  void closed(String manager, LinkEnd end) {
    List<LinkEnd> ends = open.getOrDefault(manager, List.of());
    if (!ends.remove(end)) return;
    if (ends.isEmpty()) open.remove(manager);
    all.computeIfPresent(manager, (id, count) -> count == 1 ? null : count - 1);
  }

  /** Tells the follower that holds these workers, if its link ends here. */
  void tell(Moves moves) {
    List<LinkEnd> ends = open.get(moves.holder());
    if (ends == null) return;
    ends.get(0).tell(LinkKind.MOVES, LinkDown.newBuilder().setMoves(LinkMessages.toProto(moves)));
  }
}
