package dev.swarm.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WelcomeClockTest {
  private final WelcomeClock clock = new WelcomeClock();

  private static long ms(long millis) {
    return TimeUnit.MILLISECONDS.toNanos(millis);
  }

  @BeforeEach
  void dial() {
    clock.begin(ms(0), 4_000);
  }

  /** Steps come so much later than they are due; when the time was over, in milliseconds. */
  private long stepsUntilOver(long fromMillis, long lateMillis) {
    long now = ms(fromMillis);
    while (!clock.isOver(now)) {
      now += ms(clock.millisUntilStep(now) + lateMillis);
      clock.step(now);
    }
    return TimeUnit.NANOSECONDS.toMillis(now);
  }

  @Test
  void givenStepsInTime_thenTheTimeIsOverWhenToldAndNobodyStoodStill() {
    assertThat(stepsUntilOver(0, 0)).isEqualTo(4_000);
    assertThat(clock.stoodStill(ms(4_000))).isFalse();
  }

  @Test
  void givenHelloIsOut_thenTheTimeBeginsAnew() {
    clock.step(ms(500));
    clock.begin(ms(700), 4_000);
    assertThat(stepsUntilOver(700, 0)).isEqualTo(4_700);
  }

  @Test
  void givenALateStep_thenTheManagerGetsASecondToBeHeard() {
    clock.step(ms(60_000));
    assertThat(stepsUntilOver(60_000, 0)).isEqualTo(61_000);
  }

  @Test
  void givenStepsThatAreAllLate_thenTheTimeEndsAllTheSame() {
    assertThat(stepsUntilOver(0, 150)).isBetween(6_000L, 7_000L);
  }

  @Test
  void givenAStandstill_whenItIsLookedAt_thenItIsSeenThoughNoStepHasTold() {
    assertThat(clock.stoodStill(ms(1_400))).isFalse();
    assertThat(clock.stoodStill(ms(1_500))).isTrue();
  }

  @Test
  void givenStepsInARowThatAreLateByLittle_thenTheyAddUpUntilOneIsInTime() {
    long now = ms(0);
    for (int i = 0; i < 4; i++) {
      now += ms(clock.millisUntilStep(now) + 250);
      clock.step(now);
    }
    assertThat(clock.stoodStill(now)).isTrue();
    clock.step(now + ms(clock.millisUntilStep(now)));
    assertThat(clock.stoodStill(now + ms(clock.millisUntilStep(now)))).isFalse();
  }

  @Test
  void givenTheConnectionCameLate_thenThatIsNotForgotten() {
    clock.begin(ms(3_000), 4_000);
    assertThat(clock.stoodStill(ms(3_001))).isTrue();
  }

  @Test
  void givenNoDialYet_thenNobodyStoodStill() {
    assertThat(new WelcomeClock().stoodStill(ms(100_000))).isFalse();
  }
}
