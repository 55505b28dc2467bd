package dev.swarm.dispatch;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;

/** Who is to be told something, one after the other over a time instead of all at once. */
final class Spread<T> {
  private record Due<T>(T one, long nanos) {}

  private final RandomGenerator random;
  private final Deque<Due<T>> waiting = new ArrayDeque<>();

  Spread(RandomGenerator random) {
    this.random = random;
  }

  /** Tells all of these over the given time, in random order; replaces who was waiting. */
  void over(Collection<T> all, long nowNanos, long nanos) {
    waiting.clear();
    List<T> shuffled = new ArrayList<>(all);
    Collections.shuffle(shuffled, new Random(random.nextLong()));
    for (int i = 0; i < shuffled.size(); i++) {
      waiting.add(new Due<>(shuffled.get(i), nowNanos + nanos * i / shuffled.size()));
    }
  }

  /** Takes those whose turn it is. */
  List<T> due(long nowNanos) {
    List<T> now = new ArrayList<>();
    while (!waiting.isEmpty() && waiting.peek().nanos() <= nowNanos) now.add(waiting.poll().one());
    return now;
  }

  boolean isEmpty() {
    return waiting.isEmpty();
  }

  void clear() {
    waiting.clear();
  }
}
