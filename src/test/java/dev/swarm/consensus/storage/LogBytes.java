package dev.swarm.consensus.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.proto.RaftProtos.StateMachineLogEntryProto;
import org.apache.ratis.server.raftlog.segmented.SegmentedRaftLogOutputStream;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;

/** Log files as Ratis itself writes them. */
public final class LogBytes {
  private LogBytes() {}

  static LogEntryProto entry(long index, int bytes) {
    byte[] data = new byte[bytes];
    Arrays.fill(data, (byte) (index % 100 + 1));
    return LogEntryProto.newBuilder()
        .setTerm(3)
        .setIndex(index)
        .setStateMachineLogEntry(
            StateMachineLogEntryProto.newBuilder().setLogData(ByteString.copyFrom(data)))
        .build();
  }

  /** Writes entries of this size, filled up with zeros to this length. */
  static Path write(Path file, long first, int count, int bytes, int padded) throws IOException {
    try (var out =
        new SegmentedRaftLogOutputStream(
            file.toFile(), false, 1 << 20, 0, ByteBuffer.allocateDirect(1 << 20))) {
      for (long index = first; index < first + count; index++) out.write(entry(index, bytes));
    }
    if (padded > 0) truncate(file, padded);
    return file;
  }

  /** Bytes up to the end of the last entry. */
  static int length(int first, int count, int bytes) {
    int length = 8;
    for (int index = first; index < first + count; index++) {
      int entry = entry(index, bytes).getSerializedSize();
      length += LogRecord.varintBytes(entry) + entry + LogRecord.CHECKSUM_BYTES;
    }
    return length;
  }

  /** The record of an entry, as it stands in a file. */
  public static byte[] record(long index, int bytes) throws IOException {
    Path file = Files.createTempFile("swarm-record-", "");
    try {
      byte[] content = Files.readAllBytes(write(file, index, 1, bytes, 0));
      return Arrays.copyOfRange(content, 8, content.length);
    } finally {
      Files.delete(file);
    }
  }

  static void zero(Path file, int from) throws IOException {
    byte[] content = Files.readAllBytes(file);
    Arrays.fill(content, from, content.length, (byte) 0);
    Files.write(file, content);
  }

  static void truncate(Path file, int length) throws IOException {
    Files.write(file, Arrays.copyOf(Files.readAllBytes(file), length));
  }

  static void flip(Path file, int at, int mask) throws IOException {
    byte[] content = Files.readAllBytes(file);
    content[at] ^= (byte) mask;
    Files.write(file, content);
  }
}
