package dev.swarm.presence;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Which time counts. */
class StallGuardTest {
  private final StallGuard guard = new StallGuard(at(0));

  private static long at(long millis) {
    return TimeUnit.MILLISECONDS.toNanos(millis);
  }

  private void tickUntil(long from, long to) {
    for (long millis = from; millis <= to; millis += 250) guard.authorityProven(at(millis));
  }

  @Test
  void givenTicksInTime_thenAllTimeCounts() {
    tickUntil(0, 10_000);
    assertThat(guard.time(at(10_400))).isEqualTo(at(10_400));
  }

  @Test
  void givenAStall_thenOnlyOneTickOfItCounts() {
    tickUntil(0, 1_000);
    assertThat(guard.time(at(21_000))).isEqualTo(at(1_250));
    assertThat(guard.time(at(21_100))).isEqualTo(at(1_350));
    assertThat(guard.leftOutNanos()).isEqualTo(at(19_750));
  }

  @Test
  void givenNoAuthorityForAWhile_thenTheTimeSinceItWasLastProvenDoesNotCount() {
    tickUntil(0, 1_000);
    for (long millis = 1_250; millis <= 9_000; millis += 250) guard.authorityMissing(at(millis));
    guard.authorityProven(at(9_250));
    assertThat(guard.time(at(9_250))).isEqualTo(at(1_000));
    tickUntil(9_500, 12_000);
    assertThat(guard.time(at(12_250))).isEqualTo(at(4_000));
  }

  @Test
  void givenAStallWithoutAuthority_thenNothingIsLeftOutTwice() {
    tickUntil(0, 1_000);
    guard.authorityMissing(at(21_000));
    guard.authorityProven(at(21_200));
    assertThat(guard.time(at(21_200))).isEqualTo(at(1_000));
  }
}
