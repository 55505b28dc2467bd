package dev.swarm.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who makes room for messages without an end. */
class HeaviestTest {
  private static final long LIMIT = 32 << 20;

  private final List<Heaviest.Load> loads = new ArrayList<>();

  private Caller keeps(String address, long bytes) {
    return keeps(address, bytes, false);
  }

  private Caller keeps(String address, long bytes, boolean cut) {
    Caller caller = new Caller(null, address);
    loads.add(new Heaviest.Load(caller, bytes, cut));
    return caller;
  }

  private List<Caller> chosen(long limit) {
    return Heaviest.of(loads, total() - limit);
  }

  private long total() {
    return loads.stream().mapToLong(Heaviest.Load::bytes).sum();
  }

  @Test
  void givenRoomForAll_thenNobodyGoes() {
    keeps("a", 60);
    keeps("b", 40);

    assertThat(chosen(100)).isEmpty();
  }

  @Test
  void givenACrowdOfSmallOnesFromTwoAddresses_thenItMakesRoom_andOneWithMoreStays() {
    for (int i = 0; i < 1_100; i++) {
      keeps("crowd 1", 15_900);
      keeps("crowd 2", 15_900);
    }
    Caller honest = keeps("honest", 100 << 10);

    List<Caller> chosen = chosen(LIMIT);

    assertThat(chosen).doesNotContain(honest).doesNotHaveDuplicates();
    assertThat(total() - chosen.size() * 15_900L).isBetween(LIMIT - 15_900, LIMIT);
  }

  @Test
  void givenSomeWhoAreCutAlready_thenTheyGoBeforeAllOthers() {
    Caller small = keeps("a", 10, true);
    Caller large = keeps("b", 20, true);
    Caller honest = keeps("c", 60);
    keeps("c", 50);

    assertThat(chosen(125)).containsExactly(large);
    assertThat(chosen(112)).containsExactly(large, small);
    assertThat(chosen(100)).containsExactly(large, small, honest);
  }

  @Test
  void givenOneAddress_thenItsLargestGoFirst() {
    keeps("a", 10);
    Caller second = keeps("a", 30);
    Caller first = keeps("a", 40);
    keeps("b", 35);

    assertThat(chosen(50)).containsExactly(first, second);
  }

  @Test
  void givenAnAddressThatHasGivenEnough_thenTheNextGives() {
    Caller first = keeps("a", 60);
    keeps("a", 20);
    Caller second = keeps("b", 50);

    assertThat(chosen(30)).containsExactly(first, second);
  }

  @Test
  void givenMoreThanAllHave_thenAllGo() {
    keeps("a", 60);
    keeps("b", 50);

    assertThat(Heaviest.of(loads, 1_000)).hasSize(2);
  }
}
