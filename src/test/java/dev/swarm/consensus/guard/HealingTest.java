package dev.swarm.consensus.guard;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HealingTest {
  private static final long SECOND = 1_000_000_000L;

  private final Healing healing = new Healing();

  @Test
  void givenAReplicaThatIsRefused_whenDown_thenItIsNotOpenedAgain() {
    assertThat(healing.down(Trouble.REFUSED, 0)).isFalse();
  }

  @Test
  void givenADiskThatDoesNotWork_whenDownAgainAndAgain_thenItIsAlwaysTriedEverMoreSeldom() {
    for (int i = 0; i < 100; i++) {
      assertThat(healing.down(Trouble.LOG_FAILED, i * SECOND)).isTrue();
      assertThat(healing.nextWaitMillis())
          .isEqualTo(Math.min(Healing.MOST_WAIT_MILLIS, 500L << Math.min(i, 20)));
    }
  }

  @Test
  void givenACalmTime_whenDownAgain_thenTheWaitIsShortAgain() {
    healing.down(Trouble.LOG_FAILED, 0);
    for (int i = 0; i < 5; i++) healing.nextWaitMillis();
    healing.down(Trouble.LOG_FAILED, Healing.WINDOW_NANOS + SECOND);
    assertThat(healing.nextWaitMillis()).isEqualTo(Healing.LEAST_WAIT_MILLIS);
  }

  @Test
  void givenAReplicaThatRelapses_whenThreeTimesInTenMinutes_thenItIsForGood() {
    assertThat(healing.down(Trouble.APPLY_STUCK, 0)).isTrue();
    assertThat(healing.down(Trouble.CLOSED, 200 * SECOND)).isTrue();
    assertThat(healing.down(Trouble.CLOSED, 700 * SECOND)).isTrue();
    assertThat(healing.down(Trouble.NOT_READY, 710 * SECOND)).isFalse();
  }

  @Test
  void givenALogThatCannotBeOpenedOnADiskThatWorks_whenTriedOften_thenItIsForGood() {
    healing.down(Trouble.CLOSED, 0);
    for (int i = 1; i < Healing.MOST_FAILURES; i++) assertThat(healing.failed()).isTrue();
    assertThat(healing.failed()).isFalse();
  }
}
