package dev.swarm.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.swarm.dispatch.BeatLedger.Pace;
import dev.swarm.model.HeartbeatSettings;
import java.util.IntSummaryStatistics;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class HeartbeatTest {
  private static final long SECOND = 1_000_000_000L;
  private static final HeartbeatSettings AGREED = HeartbeatSettings.DEFAULT;

  private final HeartbeatSchedule schedule = new HeartbeatSchedule(new SplittableRandom(1));
  private final BeatLedger ledger = new BeatLedger(5_000, 3, 0);

  @Test
  void givenACrowd_thenFirstBeatsAreSpreadOverTheWholePeriod() {
    int[] tenths = new int[10];
    for (int i = 0; i < 10_000; i++) tenths[(schedule.firstMillis(AGREED) - 1) / 500]++;

    for (int tenth : tenths) assertThat(tenth).isBetween(850, 1_150);
  }

  @Test
  void givenTheDefaults_thenLaterBeatsAreWithinTheJitter() {
    IntSummaryStatistics delays =
        IntStream.range(0, 10_000).map(i -> schedule.nextMillis(AGREED)).summaryStatistics();

    assertThat(delays.getMin()).isBetween(4_500, 4_510);
    assertThat(delays.getMax()).isBetween(5_490, 5_500);
    assertThat(delays.getAverage()).isBetween(4_980.0, 5_020.0);
  }

  @Test
  void givenAShorterPeriod_thenTheLongerOneCountsUntilTheNextBeatAfterTheWorkerWasTold() {
    ledger.beat(1, SECOND);
    ledger.promise(2_000);
    assertThat(ledger.promisedMillis()).isEqualTo(5_000);
    ledger.beat(2, 3 * SECOND);
    ledger.promise(2_000);
    assertThat(ledger.promisedMillis()).isEqualTo(2_000);
  }

  @Test
  void givenALongerPeriod_thenItCountsFromTheMomentTheWorkerIsTold() {
    ledger.promise(9_000);
    assertThat(ledger.promisedMillis()).isEqualTo(9_000);
  }

  @Test
  void givenLateAndDoubleBeats_thenTheyAreNotNews() {
    assertThat(ledger.beat(2, SECOND)).isTrue();
    assertThat(ledger.beat(2, 2 * SECOND)).isFalse();
    assertThat(ledger.beat(1, 3 * SECOND)).isFalse();
    assertThat(ledger.beatNanos()).isEqualTo(SECOND);
  }

  @Test
  void givenConfirmations_thenTheNewestCountsAndNoneBeyondWhatCame() {
    ledger.beat(3, SECOND);
    assertThat(ledger.confirm(2)).isTrue();
    assertThat(ledger.confirm(1)).as("confirmed before").isFalse();
    assertThat(ledger.confirmedSeq()).isEqualTo(2);
    assertThat(ledger.confirm(99)).isTrue();
    assertThat(ledger.confirmedSeq()).isEqualTo(3);
  }

  @Test
  void givenThreeTimesTheRate_thenItIsFine_andAboveThatItIsCountedAndThenTooMuch() {
    for (int i = 0; i < 9; i++) assertThat(ledger.pace(i * SECOND)).isEqualTo(Pace.FINE);
    for (int i = 0; i < 9; i++) assertThat(ledger.pace(10 * SECOND)).isEqualTo(Pace.EAGER);
    for (int i = 0; i < 80; i++) {
      assertThat(ledger.pace(11 * SECOND)).isEqualTo(Pace.TOO_EAGER);
    }
    assertThat(ledger.pace(11 * SECOND)).isEqualTo(Pace.FLOOD);
  }

  @Test
  void givenBeatsThatPiledUpWhileWeStoodStill_thenTheyAreNotTooManyWheneverThatIsNoticed() {
    BeatLedger noticedBefore = new BeatLedger(300, 3, 0);
    noticedBefore.forgive(20 * SECOND, 20 * SECOND);
    for (int i = 1; i <= 66; i++) {
      assertThat(noticedBefore.pace(20 * SECOND)).isEqualTo(Pace.FINE);
    }

    BeatLedger noticedAfter = new BeatLedger(300, 3, 0);
    for (int i = 1; i <= 66; i++) noticedAfter.pace(20 * SECOND);
    assertThat(noticedAfter.tooEager()).isTrue();
    noticedAfter.forgive(20 * SECOND, 20 * SECOND);
    assertThat(noticedAfter.tooEager()).isFalse();
  }

  @Test
  void givenABeatReadAfterAStall_thenItIsNotInTheFuture() {
    ledger.beat(1, 20 * SECOND);
    ledger.forgive(20 * SECOND, 21 * SECOND);
    assertThat(ledger.beatNanos()).isEqualTo(21 * SECOND);
  }

  @Test
  void givenTheAgreedRate_thenItIsFineForEver() {
    for (int i = 1; i < 1_000; i++) assertThat(ledger.pace(i * 4 * SECOND)).isEqualTo(Pace.FINE);
  }

  @Test
  void givenAWorkerThatWasTold_whenItsBeatComesLate_thenOnlyTheDelayCounts() {
    ledger.expect(5_000, 0);
    ledger.beat(1, 7 * SECOND);
    assertThat(ledger.latenessNanos()).isEqualTo(2 * SECOND);
    ledger.expect(5_000, 7 * SECOND);
    ledger.beat(2, 11 * SECOND);
    assertThat(ledger.latenessNanos()).isZero();
  }
}
