package dev.swarm.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class KnownManagersTest {
  private final KnownManagers known =
      new KnownManagers(
          "demo", List.of(new Manager("m1", "[::1]:7001", 100), new Manager("m2", "b:7002", 0)));

  @Test
  void givenAList_whenWrittenAndRead_thenItIsTheSame() {
    assertThat(KnownManagers.read(known.toBytes())).contains(known);
    KnownManagers nameless = new KnownManagers("", known.managers());
    assertThat(KnownManagers.read(nameless.toBytes())).contains(nameless);
  }

  @Test
  void givenAListCutOffAnywhere_whenRead_thenItIsAsIfThereWereNone() {
    byte[] whole = known.toBytes();
    for (int length = 0; length < whole.length; length++) {
      assertThat(KnownManagers.read(Arrays.copyOf(whole, length))).as("%d bytes", length).isEmpty();
    }
  }

  @Test
  void givenAListWithAWrongByteAnywhere_whenRead_thenItIsAsIfThereWereNone() {
    for (int at = 0; at < known.toBytes().length; at++) {
      byte[] damaged = known.toBytes();
      damaged[at] ^= 1;
      assertThat(KnownManagers.read(damaged)).as("byte %d", at).isEmpty();
    }
  }
}
