package dev.swarm.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LinesTest {
  private final List<String> seen = new ArrayList<>();
  private final Lines lines = new Lines(8, line -> seen.add(line.toString()));

  private void feed(String... pieces) {
    for (String piece : pieces) lines.feed(Buffer.buffer(piece));
    lines.end();
  }

  @Test
  void givenPiecesCutAnywhere_whenFed_thenTheLinesAreWhole() {
    feed("on", "e\ntwo\nth", "ree\n", "", "four");

    assertThat(seen).containsExactly("one", "two", "three", "four");
  }

  @Test
  void givenACutWithinACharacter_whenFed_thenItIsWholeAgain() {
    byte[] bytes = "aüb".getBytes(java.nio.charset.StandardCharsets.UTF_8);
    lines.feed(Buffer.buffer().appendBytes(bytes, 0, 2));
    lines.feed(Buffer.buffer().appendBytes(bytes, 2, 2));
    lines.end();

    assertThat(seen).containsExactly("aüb");
  }

  @Test
  void givenBlankLines_whenFed_thenTheyDoNotCount() {
    feed("\n\r\n a\n \t\n");

    assertThat(seen).containsExactly(" a");
  }

  @Test
  void givenALineOverTheLimit_whenFed_thenRefusedBeforeItEnds() {
    feed("12345678\n");
    assertThat(seen).containsExactly("12345678");

    assertThatThrownBy(() -> feed("12345", "6789")).hasMessageContaining("more than the 8 bytes");
  }
}
