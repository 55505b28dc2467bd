package dev.swarm.consensus.guard;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HealingTest {
  private static final long SECOND = 1_000_000_000L;

  private final Healing healing = new Healing();

  @Test
  void givenAReplicaThatIsRefused_whenDown_thenItIsNotOpenedAgain() {
    assertThat(healing.down(Trouble.REFUSED, true, 0)).isFalse();
  }

  @Test
  void givenADiskThatDoesNotWork_whenDownAgainAndAgain_thenItIsAlwaysTriedEverMoreSeldom() {
    for (int i = 0; i < 100; i++) {
      assertThat(healing.down(Trouble.LOG_FAILED, true, i * SECOND)).isTrue();
      assertThat(healing.nextWaitMillis())
          .isEqualTo(Math.min(Healing.MOST_WAIT_MILLIS, 500L << Math.min(i, 20)));
    }
  }

  @Test
  void givenALogThatNeverTookAnything_whenItCannotBeWritten_thenItIsForGood() {
    assertThat(healing.down(Trouble.LOG_FAILED, false, 0)).isFalse();
    assertThat(healing.down(Trouble.CLOSED, false, 0)).isTrue();
  }

  @Test
  void givenACalmTime_whenDownAgain_thenTheWaitIsShortAgain() {
    healing.down(Trouble.LOG_FAILED, true, 0);
    for (int i = 0; i < 5; i++) healing.nextWaitMillis();
    healing.down(Trouble.LOG_FAILED, true, Healing.WINDOW_NANOS + SECOND);
    assertThat(healing.nextWaitMillis()).isEqualTo(Healing.LEAST_WAIT_MILLIS);
  }

  @Test
  void givenAReplicaThatRelapses_whenThreeTimesInTenMinutes_thenItIsForGood() {
    assertThat(healing.down(Trouble.APPLY_STUCK, true, 0)).isTrue();
    assertThat(healing.down(Trouble.CLOSED, true, 200 * SECOND)).isTrue();
    assertThat(healing.down(Trouble.CLOSED, true, 700 * SECOND)).isTrue();
    assertThat(healing.down(Trouble.NOT_READY, true, 710 * SECOND)).isFalse();
  }

  @Test
  void givenALogThatCannotBeOpenedOnADiskThatWorks_whenTriedOften_thenItIsForGood() {
    healing.down(Trouble.CLOSED, true, 0);
    for (int i = 1; i < Healing.MOST_FAILURES; i++) assertThat(healing.failed()).isTrue();
    assertThat(healing.failed()).isFalse();
  }
}
