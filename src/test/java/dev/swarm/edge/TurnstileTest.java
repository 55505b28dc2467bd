package dev.swarm.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.PriorityQueue;
import org.junit.jupiter.api.Test;

class TurnstileTest {
  private static final int RATE = 1_000;
  private final Turnstile turnstile = new Turnstile(RATE, 0);

  private static long millis(long millis) {
    return millis * 1_000_000;
  }

  @Test
  void givenACrowd_thenASecondsWorthPassesAtOnceAndTheRestIsToldDifferentTimes() {
    int passed = 0;
    for (int i = 0; i < 5_000; i++) if (turnstile.pass(0)) passed++;
    assertThat(passed).isEqualTo(RATE);
    assertThat(turnstile.comeAgainMillis(0)).isBetween(1, 3);
    for (int i = 0; i < 3_000; i++) turnstile.comeAgainMillis(0);
    assertThat(turnstile.comeAgainMillis(0)).isBetween(3_000, 3_005);
  }

  @Test
  void givenACrowdThatObeys_thenAllHavePassedWithoutBeingToldMoreThanThreeTimes() {
    PriorityQueue<long[]> arrivals = new PriorityQueue<>((a, b) -> Long.compare(a[0], b[0]));
    for (int i = 0; i < 5_000; i++) arrivals.add(new long[] {i, 0});
    long last = 0;
    long most = 0;
    while (!arrivals.isEmpty()) {
      long[] one = arrivals.poll();
      last = one[0];
      if (turnstile.pass(one[0])) continue;
      most = Math.max(most, ++one[1]);
      one[0] += millis(turnstile.comeAgainMillis(one[0]));
      arrivals.add(one);
    }
    assertThat(last).isBetween(millis(3_900), millis(5_000));
    assertThat(most).isLessThanOrEqualTo(3);
  }

  @Test
  void givenALineThatIsTooLong_thenNobodyIsToldMoreThanTheMost() {
    for (int i = 0; i < 200_000; i++) {
      assertThat(turnstile.comeAgainMillis(0)).isBetween(1, Turnstile.MOST_MILLIS);
    }
  }

  @Test
  void givenTimePasses_thenNoMoreThanASecondsWorthIsSaved() {
    int passed = 0;
    for (int i = 0; i < 5_000; i++) if (turnstile.pass(millis(60_000))) passed++;
    assertThat(passed).isEqualTo(RATE);
  }
}
