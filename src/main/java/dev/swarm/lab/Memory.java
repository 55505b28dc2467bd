package dev.swarm.lab;

/**
 * What a JVM holds.
 *
 * @param residentBytes of whatever kind; says nothing of a heap that was taken at the start
 * @param heapBytes in use after a full collection
 */
record Memory(long residentBytes, long heapBytes) {
  static Memory of(long pid) {
    long heap = Kernel.heapAfterGc(pid);
    return new Memory(Kernel.residentBytes(pid), heap);
  }

  /** What came since then. */
  Memory since(Memory before) {
    return new Memory(residentBytes - before.residentBytes, heapBytes - before.heapBytes);
  }

  /** Whether neither is more than this. */
  boolean within(long bytes) {
    return residentBytes <= bytes && heapBytes <= bytes;
  }
}
