package dev.swarm.control;

import dev.swarm.model.SwarmException;
import io.vertx.core.buffer.Buffer;
import java.util.function.Consumer;

/** Cuts bytes that arrive in pieces into lines; blank lines do not count. */
final class Lines {
  private final int maxBytes;
  private final Consumer<Buffer> line;
  private Buffer begun = Buffer.buffer();

  /**
   * Hands each line to the consumer.
   *
   * @param maxBytes of one line
   */
  Lines(int maxBytes, Consumer<Buffer> line) {
    this.maxBytes = maxBytes;
    this.line = line;
  }

  /** More bytes; throws BAD_REQUEST when a line gets too long. */
  void feed(Buffer piece) {
    byte[] bytes = piece.getBytes();
    int start = 0;
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] != '\n') continue;
      append(bytes, start, i);
      end();
      start = i + 1;
    }
    append(bytes, start, bytes.length);
  }

  /** No more bytes: what has begun is the last line. */
  void end() {
    Buffer whole = begun;
    begun = Buffer.buffer();
    for (int i = 0; i < whole.length(); i++) {
      if (whole.getByte(i) <= ' ' && whole.getByte(i) >= 0) continue;
      line.accept(whole);
      return;
    }
  }

  private void append(byte[] bytes, int from, int to) {
    if (begun.length() + to - from > maxBytes) {
      throw SwarmException.badRequest("a line has more than the " + maxBytes + " bytes allowed");
    }
    begun.appendBytes(bytes, from, to - from);
  }
}
