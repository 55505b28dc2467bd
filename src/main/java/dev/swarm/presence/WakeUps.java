package dev.swarm.presence;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * When to look again at whom: buckets of {@value #GRAIN_MILLIS} ms. A deadline that moves later
 * moves nothing here, the session is found not to be late and sleeps on; so a beat costs no timer.
 */
final class WakeUps {
  static final int GRAIN_MILLIS = 50;
  private static final long GRAIN_NANOS = GRAIN_MILLIS * 1_000_000L;

  private final NavigableMap<Long, List<Presence>> buckets = new TreeMap<>();

  /** Looks at it no later than the given moment, rounded up to the grain. */
  void at(Presence presence, long nanos) {
    long bucket = Math.floorDiv(nanos + GRAIN_NANOS - 1, GRAIN_NANOS);
    if (bucket >= presence.bucket) return;
    presence.bucket = bucket;
    buckets.computeIfAbsent(bucket, empty -> new ArrayList<>()).add(presence);
  }

  /** Never looks at it again. */
  void forget(Presence presence) {
    presence.bucket = Presence.ASLEEP;
  }

  /** Takes out all whose moment has come. */
  List<Presence> take(long nowNanos) {
    List<Presence> woken = new ArrayList<>();
    while (!buckets.isEmpty() && buckets.firstKey() * GRAIN_NANOS <= nowNanos) {
      var first = buckets.pollFirstEntry();
      for (Presence presence : first.getValue()) {
        if (presence.bucket != first.getKey()) continue;
        presence.bucket = Presence.ASLEEP;
        woken.add(presence);
      }
    }
    return woken;
  }

  /** When the next bucket is due; {@code Long.MAX_VALUE} when there is none. */
  long nextNanos() {
    return buckets.isEmpty() ? Long.MAX_VALUE : buckets.firstKey() * GRAIN_NANOS;
  }
}
