package dev.swarm.edge;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AllowanceTest {
  private static final long SECOND = 1_000_000_000L;
  private final Allowance allowance = new Allowance(10, 0);

  @Test
  void givenASecondsWorthAtOnce_thenNothingIsLeftUntilTimePasses() {
    assertThat(allowance.spend(10, 0)).isTrue();
    assertThat(allowance.spend(1, 0)).isFalse();

    assertThat(allowance.spend(4, SECOND / 2)).isTrue();
  }

  @Test
  void givenALongSilence_thenNoMoreThanASecondsWorthIsSaved() {
    assertThat(allowance.spend(10, 0)).isTrue();
    assertThat(allowance.spend(10, 100 * SECOND)).isTrue();
    assertThat(allowance.spend(1, 100 * SECOND)).isFalse();
  }

  @Test
  void givenTheAllowedRate_thenItGoesOnForEver() {
    for (int i = 0; i < 1_000; i++) assertThat(allowance.spend(1, i * SECOND / 10)).isTrue();
  }
}
