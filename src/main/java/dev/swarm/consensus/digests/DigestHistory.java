package dev.swarm.consensus.digests;

import dev.swarm.bus.Messages.DigestPoint;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.OptionalLong;

/**
 * The digest of the state after each of the newest entries, and which of them are to be compared:
 * one per {@link #EVERY} indexes, that of each snapshot, and the newest. Any thread.
 */
public final class DigestHistory {
  /** Entries remembered: what another manager asks about must not be older. */
  static final int KEPT = 16_384;

  /** The first entry at or after each multiple of this is compared. */
  static final long EVERY = 1_000;

  /** Points to be compared that nobody took yet; older ones are dropped. */
  static final int MAX_MARKS = 8;

  private final long[] indexes = new long[KEPT];
  private final long[] digests = new long[KEPT];
  private final Deque<DigestPoint> marks = new ArrayDeque<>();
  private long count;
  private long newestTaken = -1;

  /** The state after this entry. */
  public synchronized void add(long index, long digest) {
    boolean milestone = count > 0 && index / EVERY > newestIndex() / EVERY;
    int slot = slot(count++);
    indexes[slot] = index;
    digests[slot] = digest;
    if (milestone) mark(index, digest);
  }

  private static int slot(long position) {
    return (int) (position % KEPT);
  }

  private long newestIndex() {
    return indexes[slot(count - 1)];
  }

  private void mark(long index, long digest) {
    if (marks.size() == MAX_MARKS) marks.remove();
    marks.add(new DigestPoint(index, digest));
  }

  /**
   * The digest after this entry is to be compared, if it is remembered: where it was none of
   * commands, that of the last before it, which every manager has, too.
   */
  synchronized void mark(long index) {
    long found = lastUpTo(index);
    if (found >= 0) mark(indexes[slot(found)], digests[slot(found)]);
  }

  /** The digest after this entry; empty when it is not remembered, or was none of commands. */
  synchronized OptionalLong at(long index) {
    long found = lastUpTo(index);
    return found >= 0 && indexes[slot(found)] == index
        ? OptionalLong.of(digests[slot(found)])
        : OptionalLong.empty();
  }

  /** Position of the last remembered entry that is not behind this index; -1 for none. */
  private long lastUpTo(long index) {
    long first = Math.max(0, count - KEPT);
    long low = first;
    long high = count - 1;
    while (low <= high) {
      long middle = (low + high) >>> 1;
      if (indexes[slot(middle)] <= index) low = middle + 1;
      else high = middle - 1;
    }
    return high >= first ? high : -1;
  }

  /** What is to be compared and was not taken before. */
  synchronized List<DigestPoint> take() {
    List<DigestPoint> points = new ArrayList<>(marks);
    marks.clear();
    if (count > 0 && newestIndex() != newestTaken) {
      newestTaken = newestIndex();
      points.add(new DigestPoint(newestTaken, digests[slot(count - 1)]));
    }
    return points;
  }

  /** The newest is to be compared again: nobody has heard of it, or another asks. */
  synchronized void again() {
    newestTaken = -1;
  }

  /** What was remembered does not count any more. */
  public synchronized void restart(long index, long digest) {
    marks.clear();
    count = 0;
    newestTaken = -1;
    add(index, digest);
  }
}
