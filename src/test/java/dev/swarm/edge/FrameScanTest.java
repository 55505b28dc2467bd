package dev.swarm.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FrameScanTest {
  private final List<String> seen = new ArrayList<>();
  private final FrameScan scan = new FrameScan();

  private static ByteBuf frames() {
    ByteBuf bytes = Unpooled.buffer();
    frame(bytes, FrameScan.SETTINGS, 0);
    frame(bytes, FrameScan.HEADERS, 300);
    frame(bytes, FrameScan.DATA, 70_000);
    frame(bytes, FrameScan.PING, 8);
    return bytes;
  }

  private static void frame(ByteBuf bytes, int type, int length) {
    bytes.writeMedium(length).writeByte(type).writeByte(255).writeInt(-1).writeZero(length);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 9, 10, 1_000, 1_000_000})
  void givenFramesInPiecesOfAnySize_thenEachIsSeenOnceAndAllStaysReadable(int size) {
    ByteBuf all = frames();
    while (all.isReadable()) {
      ByteBuf piece = all.readSlice(Math.min(size, all.readableBytes()));
      int readable = piece.readableBytes();
      scan.scan(piece, (type, length) -> seen.add(type + ":" + length));
      assertThat(piece.readableBytes()).isEqualTo(readable);
    }
    assertThat(seen).containsExactly("4:0", "1:300", "0:70000", "6:8");
  }
}
