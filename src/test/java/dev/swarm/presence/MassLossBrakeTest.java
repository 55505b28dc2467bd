package dev.swarm.presence;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** When verdicts wait. A TTL is 15 here. */
class MassLossBrakeTest {
  private static final long TTL = 15;
  private final MassLossBrake brake = new MassLossBrake(MassLossBrake.Threshold.DEFAULT);

  @Test
  void givenFewerThanTwentyOrHalfOfThem_thenNothingWaits() {
    assertThat(brake.holdUntil(19, 19, 100, TTL)).isEqualTo(100);
    assertThat(brake.holdUntil(20, 10, 101, TTL)).isEqualTo(101);
    assertThat(brake.holds(101)).isFalse();
  }

  @Test
  void givenMoreThanHalf_thenVerdictsWaitOneTtlAndPassForOne() {
    assertThat(brake.holdUntil(20, 11, 100, TTL)).isEqualTo(115);
    assertThat(brake.holds(114)).isTrue();
    assertThat(brake.reason()).isEqualTo("11 of 20 workers fell silent together");
    assertThat(brake.holdUntil(20, 1, 110, TTL)).isEqualTo(115);
    assertThat(brake.holdUntil(20, 11, 115, TTL)).isLessThanOrEqualTo(115);
    assertThat(brake.holds(115)).isFalse();
    assertThat(brake.holdUntil(20, 11, 129, TTL)).isLessThanOrEqualTo(129);
  }

  @Test
  void givenAnotherLossLater_thenItIsHeldAgain() {
    brake.holdUntil(20, 11, 100, TTL);
    assertThat(brake.holdUntil(20, 11, 130, TTL)).isEqualTo(145);
  }

  @Test
  void givenNoThreshold_thenNothingEverWaits() {
    var off = new MassLossBrake(MassLossBrake.Threshold.OFF);
    assertThat(off.holdUntil(10_000, 10_000, 100, TTL)).isEqualTo(100);
  }
}
