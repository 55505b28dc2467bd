package dev.swarm.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BackoffTest {
  @Test
  void givenFailuresInARow_whenDrawnOften_thenTheCeilingDoublesFrom100MsTo8S() {
    int[] ceilings = {100, 200, 400, 800, 1_600, 3_200, 6_400, 8_000, 8_000};
    int[] most = new int[ceilings.length];
    int[] least = IntStream.range(0, ceilings.length).map(i -> Integer.MAX_VALUE).toArray();
    Random random = new Random(1);
    for (int round = 0; round < 2_000; round++) {
      Backoff backoff = new Backoff(random);
      for (int i = 0; i < ceilings.length; i++) {
        int wait = backoff.nextMillis();
        most[i] = Math.max(most[i], wait);
        least[i] = Math.min(least[i], wait);
      }
    }
    for (int i = 0; i < ceilings.length; i++) {
      assertThat(most[i]).isBetween(ceilings[i] * 98 / 100, ceilings[i]);
      assertThat(least[i]).isBetween(1, 1 + ceilings[i] / 50);
    }
  }

  @Test
  void givenFailures_whenReset_thenTheNextWaitIsShortAgain() {
    Backoff backoff = new Backoff(new Random(2));
    for (int i = 0; i < 20; i++) backoff.nextMillis();
    backoff.reset();
    assertThat(backoff.nextMillis()).isLessThanOrEqualTo(100);
  }

  @Test
  void givenATimeToComeAgain_whenDrawn_thenTheWaitIsHardlyLongerAndIsNoFailure() {
    Backoff backoff = new Backoff(new Random(3));
    for (int i = 0; i < 100; i++) assertThat(backoff.toldMillis(2_500)).isBetween(2_500, 2_600);
    assertThat(backoff.nextMillis()).isLessThanOrEqualTo(100);
  }

  @Test
  void givenAnotherHolderOfTheId_whenDrawn_thenTheWaitDoublesFrom30SecondsTo15Minutes() {
    Backoff backoff = new Backoff(new Random(5));
    int least = 30_000;
    for (int i = 0; i < 10; i++) {
      assertThat(backoff.rivalMillis()).isBetween(least, least * 3 / 2);
      least = Math.min(15 * 60_000, least * 2);
    }
    backoff.resetRival();
    assertThat(backoff.rivalMillis()).isLessThan(45_000);
  }

  @Test
  void givenARefusal_whenDrawn_thenTheWaitIsEightSecondsOrMore() {
    Backoff backoff = new Backoff(new Random(4));
    for (int i = 0; i < 100; i++) assertThat(backoff.longMillis()).isBetween(8_000, 16_000);
  }
}
