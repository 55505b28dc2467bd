package dev.swarm.edge;

import io.netty.buffer.ByteBuf;

/** Finds the frames of HTTP/2 in the bytes of a connection, whose payload it passes over. */
final class FrameScan {
  static final int DATA = 0;
  static final int HEADERS = 1;
  static final int SETTINGS = 4;
  static final int PING = 6;
  static final int GO_AWAY = 7;

  private static final int HEADER_BYTES = 9;
  private static final int LENGTH_AND_TYPE_BYTES = 4;

  /** Told of each frame when its header is complete. */
  interface Listener {
    void frame(int type, int length);
  }

  private int headerBytes;
  private int lengthAndType;
  private int payload;

  /** Looks at the readable bytes, which stay readable. */
  void scan(ByteBuf bytes, Listener listener) {
    int at = bytes.readerIndex();
    int end = bytes.writerIndex();
    while (at < end) {
      if (payload > 0) {
        int passed = Math.min(payload, end - at);
        payload -= passed;
        at += passed;
        continue;
      }
      int next = bytes.getUnsignedByte(at++);
      if (headerBytes++ < LENGTH_AND_TYPE_BYTES) lengthAndType = lengthAndType << 8 | next;
      if (headerBytes < HEADER_BYTES) continue;
      headerBytes = 0;
      payload = lengthAndType >>> 8;
      listener.frame(lengthAndType & 0xff, payload);
    }
  }
}
