package dev.swarm.consensus.storage;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * One record in the bytes of a log file: the length of an entry as a varint, the entry, and a
 * CRC-32C of both.
 *
 * @param start offset of the length
 * @param body offset of the entry
 * @param length of the entry in bytes
 */
record LogRecord(int start, int body, int length) {
  static final int CHECKSUM_BYTES = Integer.BYTES;

  /** No entry is larger: Ratis refuses to append one that is longer than its 4 MiB buffer. */
  static final int MAX_LENGTH = 64 << 20;

  /** Tags of the first two fields of every entry: its term and its index. */
  private static final byte TERM = 0x08;

  private static final byte INDEX = 0x10;
  private static final int MAX_VARINT_BYTES = 10;

  /** The record that begins at an offset; null when no length of an entry can be read there. */
  static LogRecord at(byte[] bytes, int start) {
    long length = 0;
    for (int i = 0; i < 4 && start + i < bytes.length; i++) {
      byte next = bytes[start + i];
      length |= (long) (next & 0x7F) << (7 * i);
      if (next >= 0) return of(start, length);
    }
    return null;
  }

  private static LogRecord of(int start, long length) {
    if (length > MAX_LENGTH) return null;
    return new LogRecord(start, start + varintBytes((int) length), (int) length);
  }

  static int varintBytes(int value) {
    int bytes = 1;
    for (int rest = value >>> 7; rest != 0; rest >>>= 7) bytes++;
    return bytes;
  }

  /** Offset behind the checksum; may lie behind the file. */
  long end() {
    return (long) body + length + CHECKSUM_BYTES;
  }

  /** Whether all of it is there and the checksum fits. */
  boolean isIntact(byte[] bytes) {
    return end() <= bytes.length && fits(bytes, Arrays.copyOfRange(bytes, start, body));
  }

  /** Whether it would be intact if this length stood in the bytes, where another one does. */
  boolean isIntactButForItsLength(byte[] bytes) {
    byte[] varint = varint();
    return end() <= bytes.length
        && !Arrays.equals(varint, Arrays.copyOfRange(bytes, start, body))
        && fits(bytes, varint);
  }

  private boolean fits(byte[] bytes, byte[] varint) {
    CRC32C sum = new CRC32C();
    sum.update(varint);
    sum.update(bytes, body, length);
    return (int) sum.getValue() == ByteBuffer.wrap(bytes, body + length, CHECKSUM_BYTES).getInt();
  }

  private byte[] varint() {
    byte[] varint = new byte[body - start];
    for (int i = 0; i < varint.length; i++) {
      int more = i < varint.length - 1 ? 0x80 : 0;
      varint[i] = (byte) ((length >>> (7 * i)) & 0x7F | more);
    }
    return varint;
  }

  /**
   * The index of the entry, as far as the bytes before a limit tell.
   *
   * @return -1 when these are not the first bytes of an entry; the index given as unknown when they
   *     end too early to tell
   */
  long index(byte[] bytes, int limit, long unknown) {
    int at = body;
    if (at >= limit) return unknown;
    if (bytes[at++] != TERM) return -1;
    int termEnd = Math.min(limit, at + MAX_VARINT_BYTES);
    while (at < termEnd && bytes[at] < 0) at++;
    if (++at >= limit) return unknown;
    if (bytes[at++] != INDEX) return unknown == 0 ? 0 : -1;
    long index = 0;
    for (int shift = 0; at < limit && shift < 64; shift += 7, at++) {
      index |= (long) (bytes[at] & 0x7F) << shift;
      if (bytes[at] >= 0) return index;
    }
    return unknown;
  }
}
