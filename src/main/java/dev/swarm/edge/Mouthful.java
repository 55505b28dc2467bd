package dev.swarm.edge;

import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelOption;
import io.netty.channel.DefaultMaxMessagesRecvByteBufAllocator;

/**
 * How much of one connection is taken in: of a stranger little. The event loop reads one buffer of
 * it before it turns to the next connection, so that everybody else waits for no more than that;
 * and the system keeps little that was not read yet, because throwing away megabytes of small
 * packets when the connection is closed stops an event loop for milliseconds. Lives on the event
 * loop of its channel.
 */
final class Mouthful extends DefaultMaxMessagesRecvByteBufAllocator {
  /** A greeting with a Hello of usual size; most offences show in so much. */
  static final int STRANGER_BYTES = 2 << 10;

  /** Forty beats, or the better part of a report; more only of a larger frame. */
  static final int WORKER_BYTES = 1 << 10;

  /** The payload of a full frame. */
  static final int MANAGER_BYTES = 16 << 10;

  /** The rest of the largest frame that we take, and the head of the next one. */
  static final int MOST_BYTES = MANAGER_BYTES + FrameScan.HEADER_BYTES;

  /**
   * A greeting and a Hello of usual size. More of it makes more work when it is many small packets,
   * less makes the other end wait for its timers.
   */
  private static final int STRANGER_UNREAD_BYTES = 16 << 10;

  /** What a link between managers fills in a millisecond. */
  private static final int KNOWN_UNREAD_BYTES = 256 << 10;

  private static final int BUFFERS = 1;

  private final ChannelConfig config;
  private int bytes = STRANGER_BYTES;
  private int mostBytes = STRANGER_BYTES;
  private int restBytes;

  /** For the channel of a stranger. */
  Mouthful(ChannelConfig config) {
    super(BUFFERS);
    this.config = config;
    config.setRecvByteBufAllocator(this);
    config.setOption(ChannelOption.SO_RCVBUF, STRANGER_UNREAD_BYTES);
  }

  /** From now on it is known: so much is read in a turn, or all of one frame. */
  void known(int bytesInTurn) {
    bytes = bytesInTurn;
    mostBytes = MOST_BYTES;
    config.setOption(ChannelOption.SO_RCVBUF, KNOWN_UNREAD_BYTES);
  }

  /**
   * So much of a frame is still to come. Nothing is done with it before it is whole, so reading it
   * in pieces would cost many turns instead of one and hold up nobody less.
   */
  void expect(int frameBytes) {
    restBytes = frameBytes;
  }

  @Override
  public ExtendedHandle newHandle() {
    return new MaxMessageHandle() {
      @Override
      public int guess() {
        return Math.min(mostBytes, Math.max(bytes, restBytes + FrameScan.HEADER_BYTES));
      }
    };
  }
}
