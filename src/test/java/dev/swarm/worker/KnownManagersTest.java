package dev.swarm.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.swarm.model.ManagerState;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;

class KnownManagersTest {
  private final KnownManagers known =
      new KnownManagers(
          "demo",
          List.of(
              new Manager("m1", "[::1]:7001", 100),
              new Manager("m2", "b:7002", 0),
              new Manager("m3", "c:7003", 0, ManagerState.STOPPING)));

  private static KnownManagers read(String body) {
    CRC32 sum = new CRC32();
    sum.update(body.getBytes(StandardCharsets.UTF_8));
    String text = Long.toHexString(sum.getValue()) + "\n" + body;
    return KnownManagers.read(text.getBytes(StandardCharsets.UTF_8)).orElseThrow();
  }

  @Test
  void givenAList_whenWrittenAndRead_thenItIsTheSame() {
    assertThat(KnownManagers.read(known.toBytes())).contains(known);
    KnownManagers nameless = new KnownManagers("", known.managers());
    assertThat(KnownManagers.read(nameless.toBytes())).contains(nameless);
  }

  @Test
  void givenAListWithoutStates_whenRead_thenItsManagersCountAsActive() {
    assertThat(read("demo\nm1 [::1]:7001 100\nm2 b:7002 0\n").managers())
        .containsExactly(
            new Manager("m1", "[::1]:7001", 100, ManagerState.ACTIVE),
            new Manager("m2", "b:7002", 0, ManagerState.ACTIVE));
  }

  @Test
  void givenAStateOfANewerProgram_whenRead_thenItCountsAsActive() {
    assertThat(read("demo\nm1 a:7001 100 SLEEPING more\n").managers())
        .containsExactly(new Manager("m1", "a:7001", 100, ManagerState.ACTIVE));
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
