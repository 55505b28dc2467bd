package dev.swarm.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PairedRatioTest {
  private final PairedRatio ratio = new PairedRatio();

  private void given(int... tenths) {
    for (int here : tenths) ratio.add(here, 10);
  }

  @Test
  void givenFewPairs_thenNothingIsClear() {
    assertThat(ratio.clear(1.1)).isFalse();
    assertThat(ratio.median()).isNaN();
    given(10, 10, 10, 10, 10);
    assertThat(ratio.median()).isEqualTo(1);
    assertThat(ratio.clear(1.1)).isFalse();
  }

  @Test
  void givenSixPairsOnOneSide_thenThatIsClear() {
    given(9, 10, 8, 11, 10, 10);
    assertThat(ratio.low()).isEqualTo(0.8);
    assertThat(ratio.high()).isEqualTo(1.1);
    assertThat(ratio.clear(1.1)).isTrue();
    assertThat(ratio.clear(0.7)).isTrue();
    assertThat(ratio.clear(1.0)).isFalse();
  }

  @Test
  void givenAPauseInOnePair_thenTheMedianIsThatOfTheOthers() {
    given(10, 11, 900, 10, 9);
    assertThat(ratio.median()).isEqualTo(1);
  }

  /** Ranks of tables: 2 of 10, 6 of 20, 10 of 30, 40 of 100. */
  @Test
  void givenManyPairs_thenTheIntervalIsThatOfTheTables() {
    int[][] ranks = {{10, 2}, {20, 6}, {30, 10}, {100, 40}};
    for (int[] expected : ranks) {
      PairedRatio pairs = new PairedRatio();
      IntStream.rangeClosed(1, expected[0]).forEach(i -> pairs.add(i, 1));
      assertThat(pairs.low()).isEqualTo(expected[1]);
      assertThat(pairs.high()).isEqualTo(expected[0] + 1 - expected[1]);
    }
  }
}
