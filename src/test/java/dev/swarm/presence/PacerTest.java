package dev.swarm.presence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.swarm.model.HeartbeatSettings;
import java.util.OptionalInt;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PacerTest {
  private static final int CAP = 100;
  private final Pacer pacer = new Pacer();
  private HeartbeatSettings agreed = new HeartbeatSettings(5_000, 10, 3, 6, CAP, 0);
  private int steps;

  private static long seconds(long seconds) {
    return TimeUnit.SECONDS.toNanos(seconds);
  }

  /** Lets time pass, looking four times a second; what is proposed is agreed at once. */
  private long pass(int workers, long fromNanos, long forNanos) {
    for (long now = fromNanos; now < fromNanos + forNanos; now += 250_000_000L) {
      OptionalInt pace = pacer.next(agreed, workers, now);
      if (pace.isEmpty()) continue;
      agreed = agreed.paced(pace.getAsInt());
      steps++;
    }
    return fromNanos + forNanos;
  }

  private double beatsPerSecond(int workers) {
    return workers * 1_000.0 / agreed.effectiveMillis();
  }

  @Test
  void givenNoCap_whenThereAreManyWorkers_thenNothingChanges() {
    agreed = new HeartbeatSettings(5_000, 10, 3, 6);
    pass(1_000_000, 0, seconds(300));
    assertThat(steps).isZero();
  }

  @Test
  void givenWorkersUnderTheCap_thenTheyBeatAsAgreed() {
    pass(500, 0, seconds(300));
    assertThat(steps).isZero();
    assertThat(agreed.effectiveMillis()).isEqualTo(5_000);
  }

  @Test
  void givenMoreWorkersThanTheCapAllows_thenOneStepHoldsItWithATenthToSpare() {
    pass(1_000, 0, seconds(300));
    assertThat(steps).isEqualTo(1);
    assertThat(agreed.effectiveMillis()).isEqualTo(11_000);
    assertThat(beatsPerSecond(1_000)).isBetween(CAP * 0.88, CAP * 1.0);
  }

  @Test
  void givenWorkersThatComeOneByOne_thenThereIsAStepForATenthMoreOfThem() {
    long now = 0;
    for (int workers = 500; workers <= 2_000; workers++) {
      now = pass(workers, now, seconds(1));
      assertThat(beatsPerSecond(workers)).isLessThanOrEqualTo(CAP);
    }
    assertThat(steps).isBetween(10, 16);
  }

  @Test
  void givenAFleetThatWaversAroundTheCap_thenThePeriodStands() {
    Random random = new Random(7);
    long now = pass(1_000, 0, seconds(60));
    int before = steps;
    for (int i = 0; i < 600; i++) now = pass(950 + random.nextInt(120), now, seconds(1));
    assertThat(steps - before).isLessThanOrEqualTo(1);
  }

  @Test
  void givenAFleetThatShrinks_whenAMinuteHasPassed_thenThePeriodIsHalvedAtMostEachTime() {
    long now = pass(4_000, 0, seconds(60));
    assertThat(agreed.effectiveMillis()).isEqualTo(44_000);
    now = pass(100, now, seconds(59));
    assertThat(agreed.effectiveMillis()).isEqualTo(44_000);
    now = pass(100, now, seconds(2));
    assertThat(agreed.effectiveMillis()).isEqualTo(22_000);
    pass(100, now, seconds(200));
    assertThat(agreed.effectiveMillis()).isEqualTo(5_000);
    assertThat(agreed.paceMillis()).isZero();
    assertThat(steps).isEqualTo(5);
  }

  @Test
  void givenAFleetThatIsSmallForAMomentOnly_thenThePeriodStands() {
    long now = pass(1_000, 0, seconds(60));
    for (int i = 0; i < 20; i++) {
      now = pass(100, now, seconds(50));
      now = pass(1_000, now, seconds(5));
    }
    assertThat(steps).isEqualTo(1);
  }

  @Test
  void givenMoreWorkersThanTheLongestPeriodAllows_thenItIsReachedOnce() {
    pass(1_000_000, 0, seconds(300));
    assertThat(agreed.effectiveMillis()).isEqualTo(HeartbeatSettings.MAX_PERIOD_MILLIS);
    assertThat(steps).isEqualTo(1);
  }
}
