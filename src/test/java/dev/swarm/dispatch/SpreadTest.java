package dev.swarm.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SpreadTest {
  private final Spread<Integer> spread = new Spread<>(new SplittableRandom(1));
  private final List<Integer> all = IntStream.range(0, 1_000).boxed().toList();

  @Test
  void givenAThousandOverASecond_thenEachTenthGetsAHundredAndEveryOneIsToldOnce() {
    spread.over(all, 0, 1_000);
    List<Integer> told = new ArrayList<>();
    for (int t = 99; t < 1_000; t += 100) {
      List<Integer> due = spread.due(t);
      assertThat(due).hasSize(100);
      told.addAll(due);
    }
    assertThat(told).containsExactlyInAnyOrderElementsOf(all).isNotEqualTo(all);
    assertThat(spread.isEmpty()).isTrue();
  }

  @Test
  void whenItBeginsAgain_thenNobodyIsLeftFromBefore() {
    spread.over(all, 0, 1_000);
    spread.over(List.of(7), 500, 1_000);

    assertThat(spread.due(5_000)).containsExactly(7);
  }

  @Test
  void whenMoreAreToBeTold_thenWhoWaitsKeepsItsTurnAndWhoWasToldGetsAnother() {
    spread.over(all, 0, 1_000);
    List<Integer> told = spread.due(499);
    spread.also(all, 500, 1_000);
    List<Integer> rest = spread.due(999);
    assertThat(rest).containsAll(all.stream().filter(one -> !told.contains(one)).toList());
    List<Integer> again = spread.due(5_000);
    assertThat(again).doesNotHaveDuplicates();
    assertThat(told).containsAll(again);
    assertThat(rest.size() + again.size()).isEqualTo(all.size());
  }
}
