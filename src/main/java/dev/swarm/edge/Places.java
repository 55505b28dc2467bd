package dev.swarm.edge;

import java.util.HashMap;
import java.util.Map;

/** The places for connections of one port, and who takes them. For any thread. */
final class Places {
  private final int most;
  private final int mostPerAddress;
  private final Map<Object, Integer> taken = new HashMap<>();
  private int inUse;
  private int affordable = Integer.MAX_VALUE;

  Places(int most, int mostPerAddress) {
    this.most = most;
    this.mostPerAddress = mostPerAddress;
  }

  /** Takes a place for an address; returns null, or why there is none. */
  synchronized Refused take(Object address) {
    if (inUse >= most) return Refused.CONNECTIONS;
    if (inUse >= affordable) return Refused.DESCRIPTORS;
    int already = taken.getOrDefault(address, 0);
    if (already >= mostPerAddress) return Refused.ADDRESS;
    taken.put(address, already + 1);
    inUse++;
    return null;
  }

  synchronized void free(Object address) {
    inUse--;
    taken.computeIfPresent(address, (same, number) -> number == 1 ? null : number - 1);
  }

  /** Besides those in use, so many more descriptors could be spent; negative when too many are. */
  synchronized void afford(long more) {
    affordable = (int) Math.max(0, Math.min(Integer.MAX_VALUE, inUse + more));
  }

  synchronized int inUse() {
    return inUse;
  }

  /** How many could be in use now. */
  synchronized int places() {
    return Math.min(most, affordable);
  }
}
