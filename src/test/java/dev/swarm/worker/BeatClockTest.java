package dev.swarm.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.swarm.worker.BeatClock.Due;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class BeatClockTest {
  private final BeatClock clock = new BeatClock();

  private static long ms(long millis) {
    return TimeUnit.MILLISECONDS.toNanos(millis);
  }

  @Nested
  class GivenAWelcomeThatSaysFiveSeconds {
    GivenAWelcomeThatSaysFiveSeconds() {
      clock.told(ms(0), 5_000, 15_000);
    }

    @Test
    void whenFiveSecondsHavePassed_thenABeatIsDueAndNotBefore() {
      assertThat(clock.due(ms(4_999))).isEqualTo(Due.NOTHING);
      assertThat(clock.millisUntilDue(ms(1_000))).isEqualTo(4_000);
      assertThat(clock.due(ms(5_000))).isEqualTo(Due.BEAT);
      assertThat(clock.beat(ms(5_000))).isEqualTo(1);
    }

    @Test
    void whenThePongSaysAnotherPeriod_thenTheNextBeatFollowsIt() {
      clock.beat(ms(5_000));
      clock.told(ms(5_010), 2_000, 6_000);
      assertThat(clock.due(ms(7_009))).isEqualTo(Due.NOTHING);
      assertThat(clock.due(ms(7_010))).isEqualTo(Due.BEAT);
      assertThat(clock.beat(ms(7_010))).isEqualTo(2);
    }

    @Test
    void whenABeatIsNotAnsweredForTwoSeconds_thenItIsSilentOnceAndBeatsOn() {
      clock.beat(ms(5_000));
      assertThat(clock.millisUntilDue(ms(5_000))).isEqualTo(2_000);
      assertThat(clock.due(ms(6_999))).isEqualTo(Due.NOTHING);
      assertThat(clock.due(ms(7_000))).isEqualTo(Due.SILENT);
      assertThat(clock.due(ms(7_001))).isEqualTo(Due.NOTHING);
      assertThat(clock.due(ms(10_000))).isEqualTo(Due.BEAT);
      clock.beat(ms(10_000));
      assertThat(clock.due(ms(14_999))).isEqualTo(Due.NOTHING);
      assertThat(clock.due(ms(15_000))).isEqualTo(Due.DEAD);
    }

    @Test
    void whenWeDidNotReadMeanwhile_thenTheManagerIsNotSilent() {
      clock.beat(ms(5_000));
      clock.excuse(ms(7_000));
      assertThat(clock.due(ms(7_000))).isEqualTo(Due.NOTHING);
      assertThat(clock.due(ms(8_999))).isEqualTo(Due.NOTHING);
      assertThat(clock.due(ms(9_000))).isEqualTo(Due.SILENT);
    }

    @Test
    void whenAPongComesLate_thenTheSilenceIsOver() {
      clock.beat(ms(5_000));
      clock.due(ms(7_000));
      assertThat(clock.silent()).isTrue();
      clock.told(ms(7_500), 5_000, 15_000);
      assertThat(clock.silent()).isFalse();
      assertThat(clock.due(ms(12_500))).isEqualTo(Due.BEAT);
    }

    @Test
    void whenOurOwnProcessStoodStill_thenTheManagerGetsTimeToBeHeard() {
      clock.beat(ms(5_000));
      assertThat(clock.due(ms(30_000))).isEqualTo(Due.NOTHING);
      assertThat(clock.due(ms(30_999))).isEqualTo(Due.NOTHING);
      assertThat(clock.due(ms(31_000))).isEqualTo(Due.SILENT);
    }

    @Test
    void whenWeStoodStillBeforeABeat_thenItGoesOutAtOnce() {
      assertThat(clock.due(ms(40_000))).isEqualTo(Due.BEAT);
    }
  }

  @Test
  void givenAShortTtl_whenABeatIsNotAnswered_thenSilenceComesBeforeItsEnd() {
    clock.told(ms(0), 200, 600);
    clock.beat(ms(200));
    assertThat(clock.due(ms(500))).isEqualTo(Due.SILENT);
  }
}
