package dev.swarm.worker;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WelcomePatienceTest {
  private final WelcomePatience patience = new WelcomePatience(4_000);

  @Test
  void givenDialsThatAreNotWelcomed_thenEachWaitsTwiceAsLongAsTheOneBeforeUpToALimit() {
    long[] expected = {4_000, 8_000, 16_000, 32_000, 32_000};
    for (long millis : expected) {
      assertThat(patience.millis()).isEqualTo(millis);
      patience.notWelcomed();
    }
  }

  @Test
  void givenLongWaits_whenWelcomed_thenTheNextIsShortAgain() {
    patience.notWelcomed();
    patience.welcomed();
    assertThat(patience.millis()).isEqualTo(4_000);
  }
}
