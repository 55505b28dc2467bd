package dev.swarm.consensus.storage;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.thirdparty.com.google.protobuf.InvalidProtocolBufferException;
import org.apache.ratis.thirdparty.com.google.protobuf.UnsafeByteOperations;

/**
 * One file of a log: {@code log_0-41} holds the entries 0 to 41, {@code log_inprogress_42} those
 * from 42 on, and zeros behind them.
 *
 * @param first index of its first entry
 * @param last index of its last entry; {@link #OPEN} while entries are still added
 */
record LogFile(Path path, long first, long last) {
  static final long OPEN = Long.MAX_VALUE;
  private static final byte[] HEADER = "RaftLog1".getBytes(StandardCharsets.UTF_8);
  private static final Pattern CLOSED = Pattern.compile("log_(\\d+)-(\\d+)");
  private static final Pattern IN_PROGRESS = Pattern.compile("log_inprogress_(\\d+)");

  /** What a name says; empty for other files. */
  static Optional<LogFile> named(Path path) {
    String name = path.getFileName().toString();
    Matcher closed = CLOSED.matcher(name);
    if (closed.matches()) {
      long last = Long.parseLong(closed.group(2));
      return Optional.of(new LogFile(path, Long.parseLong(closed.group(1)), last));
    }
    Matcher open = IN_PROGRESS.matcher(name);
    if (!open.matches()) return Optional.empty();
    return Optional.of(new LogFile(path, Long.parseLong(open.group(1)), OPEN));
  }

  boolean isOpen() {
    return last == OPEN;
  }

  /**
   * What was found in a file.
   *
   * @param last index of the last intact entry
   * @param length of the file up to that entry's end
   * @param torn what was behind it, when that was not only zeros; may be cut
   */
  record Scan(long last, int length, Optional<BrokenRecord> torn) {}

  /** Reads all entries. Fails with whatever is neither intact nor a torn end. */
  Scan scan(LogFiles.Visitor visitor) throws IOException {
    byte[] bytes = Files.readAllBytes(path);
    if (!hasHeader(bytes)) return new Scan(first - 1, 0, Optional.empty());
    int at = HEADER.length;
    long next = first;
    while (at < bytes.length && bytes[at] != 0) {
      LogRecord record = LogRecord.at(bytes, at);
      if (record == null || !record.isIntact(bytes)) {
        BrokenRecord broken = new BrokenRecord(bytes, at, next);
        requireTornEnd(broken);
        return new Scan(next - 1, at, Optional.of(broken));
      }
      visitor.visit(entry(bytes, record, next));
      at = (int) record.end();
      next++;
    }
    requireZeros(bytes, at);
    requireItsLast(next - 1);
    return new Scan(next - 1, at, Optional.empty());
  }

  /** A file that was just made may lack it, or end within it; then it holds nothing. */
  private boolean hasHeader(byte[] bytes) throws IOException {
    int length = Math.min(bytes.length, HEADER.length);
    int same = Arrays.mismatch(HEADER, Arrays.copyOf(bytes, length));
    if (same == -1) return true;
    for (int at = same; at < bytes.length; at++) {
      if (bytes[at] != 0) throw damaged(at, "its header is not that of a log");
    }
    if (!isOpen()) throw damaged(same, "its header is missing");
    return false;
  }

  private LogEntryProto entry(byte[] bytes, LogRecord record, long expected) throws IOException {
    try {
      LogEntryProto entry =
          LogEntryProto.parseFrom(
              UnsafeByteOperations.unsafeWrap(bytes, record.body(), record.length()));
      if (entry.getIndex() == expected) return entry;
      String what = "entry " + entry.getIndex() + " stands where entry " + expected + " belongs";
      throw damaged(record.start(), what);
    } catch (InvalidProtocolBufferException unreadable) {
      throw damaged(record.start(), "entry " + expected + " cannot be read");
    }
  }

  private void requireTornEnd(BrokenRecord broken) throws IOException {
    String entry = "entry " + broken.index() + " ";
    if (!isOpen()) throw damaged(broken.start(), entry + "of a finished file is damaged");
    Optional<String> damage = broken.damage();
    if (damage.isPresent()) throw damaged(broken.start(), entry + damage.get());
  }

  private void requireZeros(byte[] bytes, int end) throws IOException {
    for (int at = end; at < bytes.length; at++) {
      if (bytes[at] != 0) throw damaged(at, "there are bytes behind the end of the log");
    }
  }

  private void requireItsLast(long found) throws IOException {
    if (isOpen() || found == last) return;
    throw new DamagedStorageException(
        path + " is damaged: it should end with entry " + last + " and ends with " + found);
  }

  private DamagedStorageException damaged(int offset, String what) {
    return new DamagedStorageException(path + " is damaged at byte " + offset + ": " + what);
  }
}
