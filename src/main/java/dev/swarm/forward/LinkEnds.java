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
  private final Map<String, List<Consumer<LinkDown.Builder>>> open = new HashMap<>();

  /** Of all event loops: how many streams each manager has open. */
  private final Map<String, Integer> all;

  LinkEnds(Map<String, Integer> all) {
    this.all = all;
  }

  /** A manager has opened a stream on which it can be told something. */
  void opened(String manager, Consumer<LinkDown.Builder> end) {
    open.computeIfAbsent(manager, first -> new ArrayList<>()).add(end);
    all.merge(manager, 1, Integer::sum);
  }

  void closed(String manager, Consumer<LinkDown.Builder> end) {
    List<Consumer<LinkDown.Builder>> ends = open.get(manager);
    if (ends == null || !ends.remove(end)) return; // told before
    if (ends.isEmpty()) open.remove(manager);
    all.computeIfPresent(manager, (id, count) -> count == 1 ? null : count - 1);
  }

  /** Tells the follower that holds these workers, if its link ends here. */
  void tell(Moves moves) {
    List<Consumer<LinkDown.Builder>> ends = open.get(moves.holder());
    if (ends == null) return;
    // The newest: of one that has dialled anew the older ones may be dead, and are told so later.
    ends.get(ends.size() - 1).accept(LinkDown.newBuilder().setMoves(LinkMessages.toProto(moves)));
  }
}
