package dev.swarm.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.socket.nio.NioSocketChannel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is taken in of strangers, and of those who are known. */
class MouthfulTest {
  private final NioSocketChannel channel = new NioSocketChannel();
  private final Mouthful mouthful = new Mouthful(channel.config());
  private final Mouthful.ExtendedHandle reading = mouthful.newHandle();

  @AfterEach
  void close() {
    channel.unsafe().closeForcibly();
  }

  @Test
  void givenAStranger_thenOneSmallBufferIsReadInATurn_andLittleIsKeptUnread() {
    assertThat(readInATurn(1_000_000)).isEqualTo(Mouthful.STRANGER_BYTES);
    assertThat(channel.config().getReceiveBufferSize()).isLessThanOrEqualTo(128 << 10);
  }

  @Test
  void givenOneWhoIsKnown_thenAFullFrameIs_andMoreIsKept() {
    mouthful.known(Mouthful.MANAGER_BYTES);

    assertThat(readInATurn(1_000_000)).isEqualTo(Mouthful.MANAGER_BYTES);
    assertThat(channel.config().getReceiveBufferSize()).isGreaterThan(200 << 10);
  }

  @Test
  void givenAFrameThatHasBegun_thenOfAWorkerAllOfItIsReadAtOnce_ofAStrangerNot() {
    mouthful.expect(15_000);
    assertThat(readInATurn(1_000_000)).isEqualTo(Mouthful.STRANGER_BYTES);

    mouthful.known(Mouthful.WORKER_BYTES);
    assertThat(readInATurn(1_000_000)).isEqualTo(15_000 + FrameScan.HEADER_BYTES);
    mouthful.expect(1_000_000);
    assertThat(readInATurn(1_000_000)).isEqualTo(Mouthful.MOST_BYTES);
    mouthful.expect(0);
    assertThat(readInATurn(1_000_000)).isEqualTo(Mouthful.WORKER_BYTES);
  }

  /** As Netty reads: buffers until there is no more or the allocator says that it is enough. */
  private int readInATurn(int sent) {
    reading.reset(channel.config());
    int read = 0;
    do {
      ByteBuf buffer = reading.allocate(ByteBufAllocator.DEFAULT);
      int got = Math.min(sent - read, buffer.writableBytes());
      reading.attemptedBytesRead(buffer.writableBytes());
      reading.lastBytesRead(got);
      reading.incMessagesRead(1);
      read += got;
      buffer.release();
    } while (reading.continueReading());
    return read;
  }
}
