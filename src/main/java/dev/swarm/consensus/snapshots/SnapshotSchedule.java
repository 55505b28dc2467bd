package dev.swarm.consensus.snapshots;

/** When a snapshot is due: by entries, by bytes, or by time if anything was applied since. */
final class SnapshotSchedule {
  /** A snapshot is due after so many bytes of log, however few entries. */
  static final long EVERY_BYTES = 256L << 20;

  /** A snapshot is due after so long, when anything was applied. */
  static final long EVERY_NANOS = 3_600_000_000_000L;

  /** After a failure the next attempt waits so long. */
  static final long RETRY_NANOS = 10_000_000_000L;

  private final long everyEntries;
  private long lastIndex;
  private long lastNanos;
  private long bytes;
  private long notBeforeNanos;

  SnapshotSchedule(long everyEntries, long nowNanos) {
    this.everyEntries = everyEntries;
    notBeforeNanos = nowNanos;
    restart(-1, nowNanos);
  }

  /** A snapshot up to this index exists or is being taken. */
  void restart(long index, long nowNanos) {
    lastIndex = index;
    lastNanos = nowNanos;
    bytes = 0;
  }

  /** An entry was applied. */
  void applied(int entryBytes) {
    bytes += entryBytes;
  }

  /** The last one could not be taken. */
  void failed(long nowNanos) {
    notBeforeNanos = nowNanos + RETRY_NANOS;
    bytes = EVERY_BYTES;
  }

  boolean due(long appliedIndex, long nowNanos) {
    if (appliedIndex <= lastIndex || nowNanos - notBeforeNanos < 0) return false;
    return appliedIndex - lastIndex >= everyEntries
        || bytes >= EVERY_BYTES
        || nowNanos - lastNanos >= EVERY_NANOS;
  }
}
