package dev.swarm.edge;

import io.netty.buffer.ByteBuf;

/**
 * How Netty's HTTP/2 layer ends a request that it does not let pass: it tells nobody but the peer.
 * Numbers are those of RFC 9113.
 */
final class ResetFrame {
  private static final int BYTES = 13;

  /** Four bytes of payload, of type RST_STREAM, no flags. */
  private static final long BEGINNING = 0x00_00_04_03_00L;

  private static final int BEGINNING_BYTES = 5;
  private static final int CODE_AT = 9;
  private static final int PROTOCOL_ERROR = 1;
  private static final int REFUSED_STREAM = 7;

  private ResetFrame() {}

  /** Why a request is refused by what is being written; null when nothing of the kind is. */
  static Refused reason(Object written) {
    if (!(written instanceof ByteBuf frame) || frame.readableBytes() != BYTES) return null;
    int at = frame.readerIndex();
    if (frame.getLong(at) >>> 8 * (Long.BYTES - BEGINNING_BYTES) != BEGINNING) return null;
    return switch (frame.getInt(at + CODE_AT)) {
      case REFUSED_STREAM -> Refused.STREAMS;
      case PROTOCOL_ERROR -> Refused.HEADERS;
      default -> null;
    };
  }
}
