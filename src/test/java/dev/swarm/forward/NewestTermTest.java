package dev.swarm.forward;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class NewestTermTest {
  private final NewestTerm newest = new NewestTerm(3);

  @Test
  void givenATerm_whenAnAnswerIsOfAnOlderOne_thenItDoesNotCount() {
    assertThat(newest.admits(2)).isFalse();
    assertThat(newest.admits(3)).isTrue();
  }

  @Test
  void givenANewerTermWasSeen_whenAnAnswerIsOfTheFormerOne_thenItDoesNotCount() {
    assertThat(newest.admits(5)).isTrue();
    assertThat(newest.admits(4)).isFalse();
    assertThat(newest.value()).isEqualTo(5);
  }

  @Test
  void givenATerm_whenAnAnswerNamesNone_thenItCounts() {
    assertThat(newest.admits(0)).isTrue();
    assertThat(newest.value()).isEqualTo(3);
  }
}
