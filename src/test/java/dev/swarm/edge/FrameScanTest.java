package dev.swarm.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FrameScanTest {
  private final List<String> seen = new ArrayList<>();
  private final FrameScan scan = new FrameScan();

  private final ByteBuf data = Unpooled.buffer();

  private static ByteBuf frames() {
    ByteBuf bytes = Unpooled.buffer();
    frame(bytes, FrameScan.SETTINGS, 0);
    frame(bytes, FrameScan.HEADERS, 300);
    frame(bytes, FrameScan.DATA, 70_000);
    frame(bytes, FrameScan.PING, 8);
    frame(bytes, FrameScan.DATA, 3);
    return bytes;
  }

  private static void frame(ByteBuf bytes, int type, int length) {
    bytes.writeMedium(length).writeByte(type).writeByte(200 + type).writeInt(-1 - type);
    bytes.writeBytes(new byte[length]);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 9, 10, 1_000, 1_000_000})
  void givenFramesInPiecesOfAnySize_thenEachIsSeenOnceAndAllStaysReadable(int size) {
    ByteBuf all = frames();
    while (all.isReadable()) {
      ByteBuf piece = all.readSlice(Math.min(size, all.readableBytes()));
      int readable = piece.readableBytes();
      scan.scan(piece, this::saw, data::writeBytes);
      assertThat(piece.readableBytes()).isEqualTo(readable);
    }
    assertThat(seen)
        .containsExactly(
            "4:204:0 on 2147483643",
            "1:201:300 on 2147483646",
            "0:200:70000 on 2147483647",
            "6:206:8 on 2147483641",
            "0:200:3 on 2147483647");
    assertThat(data.readableBytes()).isEqualTo(70_003);
  }

  @Test
  void givenPartOfAFrame_thenTheRestIsTold() {
    ByteBuf all = Unpooled.buffer();
    frame(all, FrameScan.DATA, 5_000);

    scan.scan(all.readSlice(5), this::saw, data::writeBytes);
    assertThat(scan.rest()).as("a head that is not whole").isZero();
    scan.scan(all.readSlice(1_004), this::saw, data::writeBytes);
    assertThat(scan.rest()).isEqualTo(4_000);
    scan.scan(all, this::saw, data::writeBytes);
    assertThat(scan.rest()).isZero();
  }

  private void saw(int type, int flags, int stream, int length) {
    seen.add(type + ":" + flags + ":" + length + " on " + stream);
  }
}
