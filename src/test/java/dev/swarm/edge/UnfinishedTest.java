package dev.swarm.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bytes of messages whose end has not come. */
class UnfinishedTest {
  private static final int END_STREAM = 1;
  private static final int PADDED = 8;

  private final Unfinished unfinished = new Unfinished();

  private static ByteBuf message(int length) {
    return Unpooled.buffer().writeByte(0).writeInt(length).writeBytes(new byte[length]);
  }

  private void frame(int stream, int flags, ByteBuf payload) {
    unfinished.frame(stream, flags, payload.readableBytes());
    if (payload.isReadable()) {
      unfinished.data(payload, payload.readerIndex(), payload.readableBytes());
    }
  }

  @Test
  void givenWholeMessages_thenNothingIsLeft() {
    frame(1, 0, message(0));
    frame(1, 0, Unpooled.wrappedBuffer(message(7), message(0), message(300)));

    assertThat(unfinished.bytes()).isZero();
  }

  @Test
  void givenHalvesOnManyStreams_thenTheyAddUp_untilEachEnds() {
    for (int stream = 1; stream <= 199; stream += 2) frame(stream, 0, message(1_000).slice(0, 905));
    assertThat(unfinished.bytes()).isEqualTo(100 * 905);

    frame(1, 0, Unpooled.buffer().writeBytes(new byte[100]));
    assertThat(unfinished.bytes()).as("one is whole").isEqualTo(99 * 905);
    frame(3, END_STREAM, Unpooled.EMPTY_BUFFER);
    frame(5, END_STREAM, Unpooled.buffer().writeBytes(new byte[3]));
    unfinished.end(7);
    assertThat(unfinished.bytes()).as("three are over").isEqualTo(96 * 905);
    unfinished.retain(stream -> stream == 11);
    assertThat(unfinished.bytes()).isEqualTo(905);
  }

  @Test
  void givenPadding_thenItIsNoPartOfAMessage() {
    ByteBuf padded = Unpooled.buffer().writeByte(4).writeBytes(message(9)).writeBytes(new byte[4]);
    frame(1, PADDED, padded);
    assertThat(unfinished.bytes()).isZero();

    frame(1, PADDED, Unpooled.buffer().writeByte(255).writeByte(1));
    frame(1, 0, message(2).slice(0, 6));
    assertThat(unfinished.bytes()).as("more padding than there is frame").isEqualTo(6);
  }

  @Test
  void givenALengthOfFourGigabytes_thenOnlyWhatCameCounts() {
    frame(1, 0, Unpooled.buffer().writeByte(0).writeInt(-1).writeBytes(new byte[10]));

    assertThat(unfinished.bytes()).isEqualTo(15);
  }

  /** Against the plain sum: what was sent of each stream behind its last whole message. */
  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void givenMessagesInPieces_thenItIsWhatEachStreamIsInTheMiddleOf(long seed) {
    Random random = new Random(seed);
    List<ByteBuf> sent = new ArrayList<>();
    List<ByteBuf> streams = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      sent.add(Unpooled.buffer());
      streams.add(Unpooled.buffer());
      for (int n = 0; n < 50; n++) streams.get(i).writeBytes(message(random.nextInt(40)));
    }
    for (int turn = 0; turn < 500; turn++) {
      int which = random.nextInt(4);
      ByteBuf rest = streams.get(which);
      ByteBuf piece = rest.readSlice(Math.min(rest.readableBytes(), random.nextInt(60)));
      sent.get(which).writeBytes(piece.duplicate());
      if (!piece.isReadable()) continue;
      unfinished.frame(1 + 2 * which, 0, piece.readableBytes());
      while (piece.isReadable()) {
        int part = 1 + random.nextInt(piece.readableBytes());
        unfinished.data(piece, piece.readerIndex(), part);
        piece.skipBytes(part);
      }
      assertThat(unfinished.bytes()).isEqualTo(sent.stream().mapToInt(UnfinishedTest::rest).sum());
    }
  }

  private static int rest(ByteBuf sent) {
    ByteBuf all = sent.duplicate();
    while (all.readableBytes() >= 5) {
      int length = all.getInt(all.readerIndex() + 1);
      if (all.readableBytes() < 5 + length) break;
      all.skipBytes(5 + length);
    }
    return all.readableBytes();
  }
}
