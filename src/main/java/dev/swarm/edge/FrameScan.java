package dev.swarm.edge;

import io.netty.buffer.ByteBuf;

/**
 * Finds the frames of HTTP/2 in the bytes of a connection; of their payload it shows that of data.
 */
final class FrameScan {
  static final int DATA = 0;
  static final int HEADERS = 1;
  static final int PRIORITY = 2;
  static final int RESET = 3;
  static final int SETTINGS = 4;
  static final int PING = 6;
  static final int GO_AWAY = 7;
  static final int CONTINUATION = 9;

  static final int HEADER_BYTES = 9;

  /** Told of each frame when its header is complete. */
  interface Headers {
    void frame(int type, int flags, int stream, int length);
  }

  /** Shown each piece of the payload of the newest frame, when that is one of data. */
  interface Payload {
    void data(ByteBuf bytes, int at, int count);
  }

  private int headerBytes;
  private int length;
  private int type;
  private int flags;
  private int stream;
  private int payload;

  /** Looks at the readable bytes, which stay readable. */
  void scan(ByteBuf bytes, Headers headers, Payload data) {
    int at = bytes.readerIndex();
    int end = bytes.writerIndex();
    while (at < end) {
      if (payload > 0) {
        int passed = Math.min(payload, end - at);
        if (type == DATA) data.data(bytes, at, passed);
        payload -= passed;
        at += passed;
      } else if (header(bytes.getUnsignedByte(at++))) {
        payload = length;
        headers.frame(type, flags, stream & Integer.MAX_VALUE, length);
      }
    }
  }

  /** Bytes of the newest frame that are still to come. */
  int rest() {
    return payload;
  }

  /** Takes the next byte of a header; whether it was the last one. */
  private boolean header(int next) {
    if (headerBytes < 3) length = headerBytes == 0 ? next : length << 8 | next;
    else if (headerBytes == 3) type = next;
    else if (headerBytes == 4) flags = next;
    else stream = stream << 8 | next;
    headerBytes = (headerBytes + 1) % HEADER_BYTES;
    return headerBytes == 0;
  }
}
