package dev.swarm.worker;

import dev.swarm.model.Bytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The end of what a process writes. It writes to a file, opened to append; when the file grows too
 * large its end is kept and the file is emptied under the writer. Nothing here waits for the
 * process, and a process that is left behind holds nothing of ours.
 */
final class OutputTail {
  /** Output kept, in bytes; a result has room for it and a line about what was cut. */
  static final int MAX_BYTES = 60 << 10;

  /** Size at which the file is emptied. */
  static final long MAX_FILE_BYTES = 4 << 20;

  private final Path file;
  private byte[] kept = new byte[0];
  private long cut;

  OutputTail(Path file) {
    this.file = file;
  }

  /** Empties the file if it has grown too large. */
  void trim() throws IOException {
    if (Files.size(file) < MAX_FILE_BYTES) return;
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      take(channel);
      channel.truncate(0);
    }
  }

  /** The end of all output, preceded by a line that says how much is not shown. */
  Bytes end() throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      take(channel);
    }
    if (cut == 0) return Bytes.wrap(kept);
    byte[] note = ("[" + cut + " bytes cut]\n").getBytes(StandardCharsets.US_ASCII);
    return Bytes.wrap(ByteBuffer.allocate(note.length + kept.length).put(note).put(kept).array());
  }

  private void take(FileChannel channel) throws IOException {
    long size = channel.size();
    ByteBuffer fresh = ByteBuffer.allocate((int) Math.min(size, MAX_BYTES));
    channel.position(size - fresh.capacity());
    while (fresh.hasRemaining() && channel.read(fresh) >= 0) {}
    int old = Math.min(kept.length, MAX_BYTES - fresh.position());
    cut += kept.length - old + size - fresh.position();
    ByteBuffer both = ByteBuffer.allocate(old + fresh.position());
    both.put(kept, kept.length - old, old).put(fresh.flip());
    kept = both.array();
  }
}
