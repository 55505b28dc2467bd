package dev.swarm.consensus.storage;

/**
 * The entries that a log holds, both ends included.
 *
 * @param first index of the oldest entry
 * @param last index of the newest entry; less than {@code first} when there is none
 */
public record LogExtent(long first, long last) {
  /** A log without entries. */
  public static final LogExtent EMPTY = new LogExtent(0, -1);

  /** Whether there is no entry. */
  public boolean isEmpty() {
    return last < first;
  }

  /** Whether every entry after one index, up to and with another, is here. */
  public boolean covers(long after, long upTo) {
    return upTo <= after || (!isEmpty() && first <= after + 1 && last >= upTo);
  }

  @Override
  public String toString() {
    return isEmpty() ? "nothing" : first + " to " + last;
  }
}
