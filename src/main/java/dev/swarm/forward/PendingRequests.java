package dev.swarm.forward;

import dev.swarm.model.SwarmException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The requests of one stream that have no answer yet, queued or sent, by number. Bounded in count
 * and bytes: one that does not fit is OVERLOADED.
 *
 * @param <W> who waits for an answer
 */
final class PendingRequests<W> {
  private static final int RETRY_AFTER_MILLIS = 200;

  private final Map<Long, Entry<W>> entries = new LinkedHashMap<>();
  private final int maxCount;
  private final long maxBytes;
  private long bytes;

  private record Entry<W>(W waiter, int bytes, long deadlineNanos) {}

  PendingRequests(int maxCount, long maxBytes) {
    this.maxCount = maxCount;
    this.maxBytes = maxBytes;
  }

  /** Takes one more; throws OVERLOADED at the limit. */
  void admit(long seq, W waiter, int size, long deadlineNanos) {
    if (entries.size() >= maxCount || bytes + size > maxBytes) {
      throw new SwarmException(
          SwarmException.Kind.OVERLOADED,
          "the link to the leader has "
              + entries.size()
              + " requests of "
              + bytes
              + " bytes waiting, the most allowed is "
              + maxCount
              + " and "
              + maxBytes,
          RETRY_AFTER_MILLIS);
    }
    entries.put(seq, new Entry<>(waiter, size, deadlineNanos));
    bytes += size;
  }

  /** Whether somebody still waits for this answer. */
  boolean awaits(long seq) {
    return entries.containsKey(seq);
  }

  /** Who waits for this answer; null when nobody does any more. */
  W settle(long seq) {
    Entry<W> entry = entries.remove(seq);
    if (entry == null) return null;
    bytes -= entry.bytes();
    return entry.waiter();
  }

  /** Gives up those whose time is over. */
  List<W> expire(long nowNanos) {
    List<W> expired = new ArrayList<>();
    Iterator<Entry<W>> all = entries.values().iterator();
    while (all.hasNext()) {
      Entry<W> entry = all.next();
      if (entry.deadlineNanos() - nowNanos > 0) continue;
      all.remove();
      bytes -= entry.bytes();
      expired.add(entry.waiter());
    }
    return expired;
  }

  /** Gives up all. */
  List<W> drain() {
    List<W> all = entries.values().stream().map(Entry::waiter).toList();
    entries.clear();
    bytes = 0;
    return all;
  }

  int count() {
    return entries.size();
  }

  long bytes() {
    return bytes;
  }
}
