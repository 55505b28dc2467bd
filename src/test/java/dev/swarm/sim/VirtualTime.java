package dev.swarm.sim;

import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;

/** Time that passes only when everything due has happened. */
final class VirtualTime {
  private record Event(long at, long order, Runnable action) implements Comparable<Event> {
    @Override
    public int compareTo(Event other) {
      int byTime = Long.compare(at, other.at);
      return byTime != 0 ? byTime : Long.compare(order, other.order);
    }
  }

  private final PriorityQueue<Event> events = new PriorityQueue<>();
  private long now = 1_000_000_000L;
  private long order;

  long now() {
    return now;
  }

  long nowMillis() {
    return TimeUnit.NANOSECONDS.toMillis(now);
  }

  void in(double millis, Runnable action) {
    events.add(new Event(now + (long) (millis * 1e6), order++, action));
  }

  /** Lets so many milliseconds pass. */
  void pass(double millis) {
    long until = now + (long) (millis * 1e6);
    while (!events.isEmpty() && events.peek().at() <= until) {
      Event next = events.poll();
      now = next.at();
      next.action().run();
    }
    now = until;
  }
}
