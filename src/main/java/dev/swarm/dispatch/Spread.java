package dev.swarm.dispatch;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.random.RandomGenerator;

/** Who is to be told something, one after the other over a time instead of all at once. */
final class Spread<T> {
  private record Due<T>(T one, long nanos) {}

  private final RandomGenerator random;
  private final Queue<Due<T>> waiting =
      new PriorityQueue<>(Comparator.<Due<T>>comparingLong(Due::nanos));
  private final Set<T> members = new HashSet<>();

  Spread(RandomGenerator random) {
    this.random = random;
  }

  /** Tells all of these over the given time, in random order; replaces who was waiting. */
  void over(Collection<T> all, long nowNanos, long nanos) {
    clear();
    also(all, nowNanos, nanos);
  }

  /** The same for those of them that do not wait already. */
  void also(Collection<T> all, long nowNanos, long nanos) {
    List<T> shuffled = new ArrayList<>();
    for (T one : all) if (members.add(one)) shuffled.add(one);
    Collections.shuffle(shuffled, new Random(random.nextLong()));
    for (int i = 0; i < shuffled.size(); i++) {
      waiting.add(new Due<>(shuffled.get(i), nowNanos + nanos * i / shuffled.size()));
    }
  }

  /** Takes those whose turn it is. */
  List<T> due(long nowNanos) {
    List<T> now = new ArrayList<>();
    while (!waiting.isEmpty() && waiting.peek().nanos() <= nowNanos) now.add(waiting.poll().one());
    now.forEach(members::remove);
    return now;
  }

  boolean isEmpty() {
    return waiting.isEmpty();
  }

  void clear() {
    waiting.clear();
    members.clear();
  }
}
