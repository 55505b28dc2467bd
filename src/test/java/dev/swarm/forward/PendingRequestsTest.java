package dev.swarm.forward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.swarm.model.SwarmException;
import org.junit.jupiter.api.Test;

class PendingRequestsTest {
  private final PendingRequests<String> pending = new PendingRequests<>(3, 100);

  private SwarmException refusal(long seq, int bytes) {
    return catchThrowableOfType(
        SwarmException.class, () -> pending.admit(seq, "refused", bytes, 10));
  }

  @Test
  void givenARequest_whenItsAnswerComes_thenItsWaiterIsFoundOnce() {
    pending.admit(1, "a", 10, 5);
    pending.admit(2, "b", 20, 5);

    assertThat(pending.settle(2)).isEqualTo("b");
    assertThat(pending.settle(2)).isNull();
    assertThat(pending.awaits(1)).isTrue();
    assertThat(pending.awaits(2)).isFalse();
    assertThat(pending.bytes()).isEqualTo(10);
  }

  @Test
  void givenTheMostRequests_whenOneMoreComes_thenItIsOverloadedUntilOneIsSettled() {
    for (int seq = 1; seq <= 3; seq++) pending.admit(seq, "w" + seq, 1, 5);

    assertThat(refusal(4, 1).kind()).isEqualTo(SwarmException.Kind.OVERLOADED);
    assertThat(refusal(4, 1).retryAfterMillis()).isPositive();
    pending.settle(1);
    pending.admit(4, "w4", 1, 5);
    assertThat(pending.count()).isEqualTo(3);
  }

  @Test
  void givenTheMostBytes_whenOneMoreComes_thenItIsOverloadedAndNotHeld() {
    pending.admit(1, "a", 60, 5);

    assertThat(refusal(2, 41).kind()).isEqualTo(SwarmException.Kind.OVERLOADED);
    assertThat(pending.awaits(2)).isFalse();
    pending.admit(3, "c", 40, 5);
    assertThat(pending.bytes()).isEqualTo(100);
  }

  @Test
  void givenDeadlines_whenTimePasses_thenThoseDueAreGivenUpWithTheirBytes() {
    pending.admit(1, "late", 10, 5);
    pending.admit(2, "patient", 20, 50);
    pending.admit(3, "due", 30, 7);

    assertThat(pending.expire(7)).containsExactly("late", "due");
    assertThat(pending.settle(1)).isNull();
    assertThat(pending.bytes()).isEqualTo(20);
  }

  @Test
  void givenAClockThatOverflows_whenTheDeadlineIsAhead_thenNothingExpires() {
    pending.admit(1, "a", 1, Long.MAX_VALUE + 10);

    assertThat(pending.expire(Long.MAX_VALUE - 10)).isEmpty();
    assertThat(pending.expire(Long.MAX_VALUE + 10)).containsExactly("a");
  }

  @Test
  void givenWaiters_whenDrained_thenAllAreGivenUpInOrderAndThereIsRoomAgain() {
    for (int seq = 1; seq <= 3; seq++) pending.admit(seq, "w" + seq, 30, 5);

    assertThat(pending.drain()).containsExactly("w1", "w2", "w3");
    assertThat(pending.count()).isZero();
    pending.admit(4, "w4", 100, 5);
  }
}
