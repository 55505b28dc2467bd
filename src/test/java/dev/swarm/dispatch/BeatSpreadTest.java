package dev.swarm.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.swarm.model.HeartbeatSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The beats of a crowd, by the production's schedule, on virtual time in milliseconds. */
class BeatSpreadTest {
  private static final int WORKERS = 5_000;
  private static final int SLICE = 100;
  private static final int STEP = 10;
  private static final HeartbeatSettings AGREED = HeartbeatSettings.DEFAULT;
  private static final int PERIOD = AGREED.periodMillis();
  private static final int END = 40 * PERIOD;
  private static final double MEAN = (double) WORKERS * SLICE / PERIOD;

  private final SplittableRandom random = new SplittableRandom(11);
  private final List<HeartbeatSchedule> managers = new ArrayList<>();
  private final int[] beats = new int[END / STEP];

  BeatSpreadTest() {
    for (int i = 0; i < 6; i++) managers.add(new HeartbeatSchedule(random.split()));
  }

  /** A worker in sessions that begin at these moments, each of which ends the one before. */
  private void live(int... welcomes) {
    for (int i = 0; i < welcomes.length; i++) {
      HeartbeatSchedule manager = managers.get(random.nextInt(managers.size()));
      int end = i + 1 < welcomes.length ? welcomes[i + 1] : END;
      int beat = welcomes[i] + manager.firstMillis(AGREED);
      for (; beat < end; beat += manager.nextMillis(AGREED)) beats[beat / STEP]++;
    }
  }

  /** The most beats in any slice, wherever it begins, from the given moment on. */
  private int most(int from) {
    int most = 0;
    int inSlice = 0;
    for (int i = from / STEP; i < beats.length; i++) {
      inSlice += beats[i];
      if (i - SLICE / STEP >= from / STEP) inSlice -= beats[i - SLICE / STEP];
      most = Math.max(most, inSlice);
    }
    return most;
  }

  @ParameterizedTest(name = "within {0} ms")
  @CsvSource({"1", "100", "1000"})
  void givenACrowdThatConnectedTogether_thenNoSliceHasHalfAsMuchAgainAsTheMean(int within) {
    for (int i = 0; i < WORKERS; i++) live(random.nextInt(within));
    assertThat(most(0)).isLessThanOrEqualTo((int) (1.5 * MEAN));
    assertThat(most(20 * PERIOD)).isGreaterThan((int) MEAN);
  }

  @Test
  void givenAManagerThatDied_whenItsWorkersComeBackTogether_thenTheBeatsStaySpread() {
    int died = 8 * PERIOD + 777;
    for (int i = 0; i < WORKERS; i++) {
      int begun = random.nextInt(1_000);
      if (i % 3 == 0) live(begun, died + 1_200 + random.nextInt(1_000));
      else live(begun);
    }
    assertThat(most(0)).isLessThanOrEqualTo((int) (1.5 * MEAN));
  }

  @Test
  void givenWorkersThatAreMoved_thenTheBeatsStaySpread() {
    int moving = 8 * PERIOD + 333;
    for (int i = 0; i < WORKERS; i++) {
      int begun = random.nextInt(1_000);
      if (i % 2 == 0) live(begun, moving + i);
      else live(begun);
    }
    assertThat(most(0)).isLessThanOrEqualTo((int) (1.5 * MEAN));
  }
}
