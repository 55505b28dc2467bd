package dev.swarm.presence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.swarm.model.WorkerId;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RivalsTest {
  private static final long MINUTE = TimeUnit.MINUTES.toNanos(1);
  private static final WorkerId W1 = new WorkerId("w1");

  private final Rivals rivals = new Rivals();

  @Test
  void givenAWorkerThatWasTold_thenItIsToldAgainAfterAMinute() {
    assertThat(rivals.isNews(W1, 5)).isTrue();
    assertThat(rivals.isNews(W1, 6)).isFalse();
    assertThat(rivals.isNews(new WorkerId("w2"), 7)).isTrue();
    assertThat(rivals.isNews(W1, 4 + MINUTE)).isFalse();
    assertThat(rivals.isNews(W1, 5 + MINUTE)).isTrue();
  }

  @Test
  void givenVeryManyRivals_thenOnlySoManyAMinuteAreToldAndRemembered() {
    for (int i = 0; i < Rivals.MAX_TOLD; i++) {
      assertThat(rivals.isNews(new WorkerId("w" + i), i)).isTrue();
    }
    assertThat(rivals.isNews(new WorkerId("more"), Rivals.MAX_TOLD)).isFalse();
    assertThat(rivals.remembered()).isEqualTo(Rivals.MAX_TOLD);
    assertThat(rivals.isNews(new WorkerId("more"), MINUTE)).isTrue();
    assertThat(rivals.isNews(new WorkerId("again"), 2 * MINUTE)).isTrue();
    assertThat(rivals.remembered()).isEqualTo(1);
  }
}
