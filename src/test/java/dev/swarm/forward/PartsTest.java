package dev.swarm.forward;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.swarm.v1.OperatorWrite;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PartsTest {
  private static OperatorWrite item(int bytes) {
    return OperatorWrite.newBuilder().setCommand(ByteString.copyFrom(new byte[bytes])).build();
  }

  private static List<Integer> sizes(List<List<OperatorWrite>> parts) {
    return parts.stream().map(List::size).toList();
  }

  @Test
  void givenNothing_whenCut_thenThereIsOneEmptyPart() {
    assertThat(Parts.of(List.<OperatorWrite>of(), 10, 100)).containsExactly(List.of());
  }

  @Test
  void givenManyItems_whenCut_thenNoPartHasMoreThanAllowedAndTheOrderStays() {
    List<OperatorWrite> items = new ArrayList<>();
    for (int i = 1; i <= 25; i++) items.add(item(i));

    List<List<OperatorWrite>> parts = Parts.of(items, 10, 1 << 20);

    assertThat(sizes(parts)).containsExactly(10, 10, 5);
    assertThat(parts.stream().flatMap(List::stream)).containsExactlyElementsOf(items);
  }

  @Test
  void givenBulkyItems_whenCut_thenNoPartIsLargerThanAllowed() {
    var parts = Parts.of(List.of(item(40), item(40), item(40), item(10)), 10, 100);

    assertThat(sizes(parts)).containsExactly(2, 2);
  }

  @Test
  void givenAnItemLargerThanAPart_whenCut_thenItGoesAlone() {
    var parts = Parts.of(List.of(item(1), item(500), item(1)), 10, 100);

    assertThat(sizes(parts)).containsExactly(1, 1, 1);
  }
}
