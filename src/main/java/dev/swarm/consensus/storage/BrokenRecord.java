package dev.swarm.consensus.storage;

import java.util.Optional;

/**
 * A record at which the reading of an open log file came to a stop, and everything behind it.
 * Decides whether it is the torn end that a power cut leaves, which was never acknowledged, or
 * damage to what was.
 *
 * @param bytes the whole file
 * @param start offset of the record
 * @param index of the entry that belongs there
 */
record BrokenRecord(byte[] bytes, int start, long index) {
  /** A write that was cut short ends at a multiple of this. */
  private static final int SECTOR_BYTES = 512;

  /** Why this is no torn end; empty when it is one. */
  Optional<String> damage() {
    if (anIntactOneFollows()) return Optional.of("is damaged, and intact entries follow it");
    if (onlyItsLengthIsWrong()) return Optional.of("is damaged: its length is wrong");
    LogRecord record = LogRecord.at(bytes, start);
    if (record == null) {
      return tornWithinItsLength()
          ? Optional.empty()
          : Optional.of("is damaged: its length cannot be read");
    }
    if (record.index(bytes, written(), index) != index) {
      return Optional.of("is damaged: these bytes are no entry");
    }
    if (record.end() > bytes.length) return Optional.empty();
    if (written() > record.end()) return Optional.of("is damaged, and other bytes follow it");
    if (endsInZeros((int) record.end())) return Optional.empty();
    return Optional.of("is damaged: its checksum does not fit");
  }

  /** Bytes of it that are not the zeros with which a file is filled in advance. */
  int tornBytes() {
    return written() - start;
  }

  /** Offset behind the last byte that is not zero. */
  private int written() {
    int end = bytes.length;
    while (end > start && bytes[end - 1] == 0) end--;
    return end;
  }

  private boolean anIntactOneFollows() {
    for (int at = start + 1; at < bytes.length; at++) {
      LogRecord record = LogRecord.at(bytes, at);
      if (record == null || record.end() > bytes.length) continue;
      long found = record.index(bytes, bytes.length, -1);
      if (found > index && found <= index + bytes.length && record.isIntact(bytes)) return true;
    }
    return false;
  }

  /** The checksum may end in zeros itself, so the true end is one of a few. */
  private boolean onlyItsLengthIsWrong() {
    int last = Math.min(bytes.length, written() + LogRecord.CHECKSUM_BYTES);
    for (int end = written(); end <= last; end++) {
      for (int varint = 1; varint <= 4; varint++) {
        int length = end - LogRecord.CHECKSUM_BYTES - varint - start;
        if (length <= 0 || LogRecord.varintBytes(length) != varint) continue;
        LogRecord meant = new LogRecord(start, start + varint, length);
        if (meant.isIntactButForItsLength(bytes)) return true;
      }
    }
    return false;
  }

  private boolean tornWithinItsLength() {
    return bytes.length - start < 4;
  }

  private boolean endsInZeros(int end) {
    int zeros = Math.max(start, written());
    int sector = (zeros + SECTOR_BYTES - 1) / SECTOR_BYTES * SECTOR_BYTES;
    return zeros <= end - LogRecord.CHECKSUM_BYTES || sector < end;
  }
}
