package dev.swarm.consensus.digests;

import dev.swarm.bus.Messages.DigestPoint;
import dev.swarm.bus.Messages.StateDiffers;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;

/**
 * Finds the manager whose state is not that of the majority. The leader compares what others tell
 * with what it had itself; where that differs it wants the digest of all, and what more than half
 * of the voters have is right. So it finds itself, too.
 */
final class DigestVote {
  /** Entries over which managers differ and that are not decided; older ones are dropped. */
  static final int MAX_OPEN = 4;

  private final String self;
  private final NavigableMap<Long, Map<String, Long>> open = new TreeMap<>();
  private final Map<String, StateDiffers> odd = new HashMap<>();
  private int undecided;

  DigestVote(String self) {
    this.self = self;
  }

  /**
   * A manager tells its digests.
   *
   * @return how many of them were compared with our own and equal
   */
  int hear(String manager, List<DigestPoint> points, DigestHistory own, Set<String> voters) {
    int equal = 0;
    if (odd.containsKey(manager)) return equal; // it has not heard yet that its state is wrong
    for (DigestPoint point : points) {
      OptionalLong mine = own.at(point.index());
      if (mine.isEmpty()) continue; // we are behind, or far ahead: there will be others
      if (mine.getAsLong() == point.digest()) equal++;
      boolean asked = open.containsKey(point.index());
      if (mine.getAsLong() != point.digest() || asked) {
        vote(point.index(), manager, point.digest(), mine.getAsLong());
      }
    }
    for (long index : List.copyOf(open.keySet())) decide(index, voters);
    return equal;
  }

  private void vote(long index, String manager, long digest, long mine) {
    Map<String, Long> votes = open.computeIfAbsent(index, first -> new HashMap<>());
    votes.put(self, mine);
    votes.put(manager, digest);
    if (open.size() > MAX_OPEN) open.pollFirstEntry();
  }

  private void decide(long index, Set<String> voters) {
    Map<String, Long> votes = open.get(index);
    if (votes == null) return;
    for (long candidate : Set.copyOf(votes.values())) {
      long agree =
          votes.entrySet().stream()
              .filter(vote -> voters.contains(vote.getKey()) && vote.getValue() == candidate)
              .count();
      if (2 * agree <= voters.size()) continue;
      votes.forEach(
          (manager, digest) -> {
            if (digest != candidate) odd.put(manager, new StateDiffers(index, digest, candidate));
          });
      open.clear();
      return;
    }
    if (!votes.keySet().containsAll(voters)) return;
    undecided++;
    open.remove(index);
  }

  /** Indexes at which managers differ and this one has not said what it has. */
  List<Long> wanted(String manager) {
    List<Long> wanted = new ArrayList<>();
    open.forEach(
        (index, votes) -> {
          if (!votes.containsKey(manager)) wanted.add(index);
        });
    return wanted;
  }

  /** How this manager's state differs from the majority's, told once; null when it does not. */
  StateDiffers takeOdd(String manager) {
    return odd.remove(manager);
  }

  /** How often all voters were heard and no majority agreed, since the last call. */
  int takeUndecided() {
    int count = undecided;
    undecided = 0;
    return count;
  }

  /** A new reign: nothing heard before counts. */
  void restart() {
    open.clear();
    odd.clear();
    undecided = 0;
  }
}
