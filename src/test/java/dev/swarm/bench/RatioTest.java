package dev.swarm.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class RatioTest {
  private static final Ratio ALONE = new Ratio(1, 1, 1.3, 1.3);
  private static final Ratio SOME = new Ratio(16, 1.7, 2, 2);
  private static final Ratio MOST = new Ratio(256, 3, 2, 2);

  @Test
  void givenRatiosAtTheGoals_whenJudged_thenTheyHold() {
    assertThat(Ratio.violations(List.of(ALONE, SOME, MOST))).isEmpty();
  }

  @Test
  void givenOneCommandThatIsSlowAlone_whenJudged_thenEachFigureIsSaid() {
    assertThat(Ratio.violations(List.of(new Ratio(1, 1, 1.31, 2), SOME, MOST)))
        .containsExactly(
            "1 in flight: 1.31 times the p50 of bare Ratis, more than 1.3",
            "1 in flight: 2.00 times the p99 of bare Ratis, more than 1.3");
  }

  @Test
  void givenFewCommandsWhereMostAreUnderWay_whenJudged_thenThatIsSaidInWhateverOrder() {
    assertThat(Ratio.violations(List.of(new Ratio(256, 2.99, 1, 1), ALONE, SOME)))
        .containsExactly("256 in flight: 2.99 times the commands of bare Ratis, less than 3.0");
  }

  @Test
  void givenOnlyOneInFlight_whenJudged_thenThroughputIsNot() {
    assertThat(Ratio.violations(List.of(ALONE))).isEmpty();
  }
}
