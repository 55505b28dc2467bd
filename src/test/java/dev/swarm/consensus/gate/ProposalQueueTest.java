package dev.swarm.consensus.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.swarm.codec.LogCodec;
import dev.swarm.model.Command;
import dev.swarm.model.SwarmException;
import io.vertx.core.Promise;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class ProposalQueueTest {
  private static final long SECOND = 1_000_000_000L;

  private final ProposalQueue queue = new ProposalQueue(2 * SECOND);

  private Proposal offer(long now) {
    return offer(LogCodec.encode(List.of(new Command.BeginEpoch(now, "m1", 0))), now);
  }

  private Proposal offer(byte[] bytes, long now) {
    Proposal proposal = new Proposal("BeginEpoch", bytes, Promise.promise(), now);
    queue.offer(proposal);
    return proposal;
  }

  @Test
  void givenProposalsOfOneMoment_whenAskedForAnEntry_thenTheyShareIt() {
    for (int i = 1; i <= 5; i++) offer(i);
    ProposalQueue.Entry entry = queue.next(6);
    assertThat(entry.proposals()).hasSize(5);
    assertThat(LogCodec.decode(entry.bytes()))
        .extracting(command -> ((Command.BeginEpoch) command).term())
        .containsExactly(1L, 2L, 3L, 4L, 5L);
    assertThat(queue.next(6)).isNull();
  }

  @Test
  void givenMoreThanAnEntryHolds_whenAskedForEntries_thenEachStaysWithinTheLimits() {
    byte[] large = new byte[ProposalQueue.MAX_ENTRY_BYTES / 3];
    for (int i = 0; i < 7; i++) offer(large, i);
    assertThat(queue.next(9).proposals()).hasSize(3);
    assertThat(queue.next(9).proposals()).hasSize(3);
    assertThat(queue.next(9).proposals()).hasSize(1);
    for (int i = 0; i < ProposalQueue.MAX_ENTRY_COMMANDS + 1; i++) offer(new byte[1], i);
    assertThat(queue.next(9).proposals()).hasSize(ProposalQueue.MAX_ENTRY_COMMANDS);
    assertThat(queue.next(9).proposals()).hasSize(1);
  }

  @Test
  void givenEntriesUnderWay_whenAskedForMore_thenThereAreSeveralButNotTooMany() {
    for (int i = 0; i < ProposalQueue.MAX_UNDER_WAY; i++) {
      offer(1);
      assertThat(queue.next(1)).isNotNull();
    }
    offer(1);
    assertThat(queue.next(1)).isNull();
  }

  @Test
  void givenTooManyProposals_whenOffered_thenTheyAreRefusedUntilSomeAreAnswered() {
    for (int i = 0; i < ProposalQueue.MAX_PENDING; i++) offer(new byte[1], 1);
    assertThatThrownBy(() -> offer(1))
        .isInstanceOfSatisfying(
            SwarmException.class,
            refusal -> {
              assertThat(refusal.kind()).isEqualTo(SwarmException.Kind.OVERLOADED);
              assertThat(refusal.retryAfterMillis()).isPositive();
            });
    assertThat(queue.done(queue.next(1))).isTrue();
    offer(1);
  }

  @Test
  void givenTooManyBytes_whenOffered_thenTheyAreRefused() {
    byte[] large = new byte[ProposalQueue.MAX_COMMAND_BYTES];
    for (int i = 0; i < ProposalQueue.MAX_PENDING_BYTES / large.length; i++) offer(large, 1);
    assertThatThrownBy(() -> offer(new byte[1], 1)).hasMessageContaining("pending");
  }

  @Test
  void givenACommandOverTheLimit_whenOffered_thenItIsABadRequest() {
    assertThatThrownBy(() -> offer(new byte[ProposalQueue.MAX_COMMAND_BYTES + 1], 1))
        .hasMessageContaining("more than the");
  }

  @Nested
  class GivenAnEntryUnderWay {
    private final ProposalQueue.Entry entry;

    GivenAnEntryUnderWay() {
      offer(0);
      entry = queue.next(0);
      offer(SECOND);
    }

    @Test
    void whenItIsOverdue_thenNothingNewIsBegunUntilItIsAnswered() {
      assertThat(queue.next(2 * SECOND + 1)).isNull();
      queue.done(entry);
      assertThat(queue.next(2 * SECOND + 1)).isNotNull();
    }

    @Test
    void whenAnAttemptGetsNoAnswer_thenTheSameNumberIsOfferedAgainOncePerAttempt() {
      assertThat(queue.unanswered(ProposalQueue.ATTEMPT_NANOS - 1)).isEmpty();
      assertThat(queue.unanswered(ProposalQueue.ATTEMPT_NANOS)).containsExactly(entry);
      assertThat(queue.unanswered(ProposalQueue.ATTEMPT_NANOS + 1)).isEmpty();
    }

    @Test
    void whenTheLimitPasses_thenItsCallerIsToldOnceAndSoIsTheOneThatWaited() {
      assertThat(queue.late(ProposalQueue.LIMIT_NANOS)).isEmpty();
      assertThat(queue.late(ProposalQueue.LIMIT_NANOS + 1)).isEqualTo(entry.proposals());
      assertThat(queue.late(ProposalQueue.LIMIT_NANOS + 1)).isEmpty();
      assertThat(queue.expired(ProposalQueue.LIMIT_NANOS + 1)).isEmpty();
      assertThat(queue.expired(ProposalQueue.LIMIT_NANOS + SECOND + 1)).hasSize(1);
    }

    @Test
    void whenNobodyWaitsForItAnyMore_thenTheGateStaysClosedUntilTheLogHasAnswered() {
      long late = ProposalQueue.LIMIT_NANOS + 1;
      queue.late(late);
      assertThat(queue.unanswered(late)).isEmpty();
      assertThat(queue.next(late)).isNull();
      assertThat(queue.done(entry)).isTrue();
      assertThat(queue.next(late)).isNotNull();
    }

    @Test
    void whenNobodyWaitsForItAndNoAttemptIsUnderWay_thenItIsOver() {
      queue.missed(entry);
      assertThat(queue.done(entry)).as("somebody waits: it is offered again").isTrue();
      offer(0);
      ProposalQueue.Entry other = queue.next(0);
      queue.late(ProposalQueue.LIMIT_NANOS + SECOND + 1);
      queue.missed(other);
      assertThat(queue.done(other)).isFalse();
    }

    @Test
    void whenItsLaterProposalsAreYoung_thenOnlyTheOldOnesAreGivenUp() {
      queue.done(entry);
      offer(2 * SECOND);
      ProposalQueue.Entry mixed = queue.next(2 * SECOND);
      assertThat(queue.late(ProposalQueue.LIMIT_NANOS + SECOND + 1)).hasSize(1);
      assertThat(mixed.told()).isEqualTo(1);
      assertThat(mixed.proposals()).hasSize(2);
      assertThat(queue.late(ProposalQueue.LIMIT_NANOS + 2 * SECOND + 1)).hasSize(1);
    }

    @Test
    void whenItIsDoneTwice_thenTheSecondTimeDoesNotCount() {
      assertThat(queue.done(entry)).isTrue();
      assertThat(queue.done(entry)).isFalse();
    }

    @Test
    void whenTheLeadIsLost_thenOnlyWhatWasNotBegunIsAbandoned() {
      assertThat(queue.abandon()).hasSize(1).doesNotContain(entry.proposals().get(0));
    }
  }
}
