package dev.swarm.forward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.swarm.bus.Messages.SessionBeat;
import dev.swarm.model.SessionRef;
import dev.swarm.model.SwarmException;
import dev.swarm.model.WorkerId;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class BeatDigestTest {
  private static final long MILLI = 1_000_000L;
  private static final SessionRef W1 = new SessionRef(new WorkerId("w1"), 7);
  private static final SessionRef W1_LATER = new SessionRef(new WorkerId("w1"), 8);

  private final BeatDigest digest = new BeatDigest();

  private static SessionBeat beat(SessionRef session, long seq, long ageMillis) {
    return new SessionBeat(session, seq, ageMillis, 5_000, 3);
  }

  @Nested
  class GivenAQuietTime {
    @Test
    void whenABeatComes_thenItMayGoAtOnce() {
      digest.add(List.of(beat(W1, 1, 0)), 5 * MILLI);

      assertThat(digest.waitNanos(5 * MILLI)).isZero();
    }

    @Test
    void whenTheLastMessageIsOneGapOld_thenTheNextMayGoAndNotBefore() {
      digest.take(1_000 * MILLI);

      assertThat(digest.waitNanos(1_000 * MILLI)).isEqualTo(100 * MILLI);
      assertThat(digest.waitNanos(1_100 * MILLI - 1)).isEqualTo(1);
      assertThat(digest.waitNanos(1_100 * MILLI)).isZero();
    }
  }

  @Nested
  class GivenAWaitingBeat {
    GivenAWaitingBeat() {
      digest.add(List.of(beat(W1, 3, 20)), 0);
    }

    @Test
    void whenItIsTaken_thenItHasGrownOlderByItsWait() {
      assertThat(digest.take(70 * MILLI)).containsExactly(beat(W1, 3, 90));
    }

    @Test
    void whenANewerOneComes_thenOnlyThatIsTaken() {
      digest.add(List.of(beat(W1, 4, 1)), 50 * MILLI);

      assertThat(digest.take(60 * MILLI)).containsExactly(beat(W1, 4, 11));
    }

    @Test
    void whenAnOlderOneComesLate_thenTheNewerStays() {
      digest.add(List.of(beat(W1, 2, 1)), 50 * MILLI);

      assertThat(digest.take(50 * MILLI)).containsExactly(beat(W1, 3, 70));
    }

    @Test
    void whenTheSameIsToldAgainAsOlder_thenTheYoungerAgeStays() {
      digest.add(List.of(beat(W1, 3, 200)), 50 * MILLI);

      assertThat(digest.take(50 * MILLI)).containsExactly(beat(W1, 3, 70));
    }

    @Test
    void whenTheSameIsToldAgainAsYounger_thenTheYoungerAgeIsTaken() {
      digest.add(List.of(beat(W1, 3, 5)), 50 * MILLI);

      assertThat(digest.take(50 * MILLI)).containsExactly(beat(W1, 3, 5));
    }

    @Test
    void whenAnotherSessionOfTheWorkerBeats_thenBothAreTaken() {
      digest.add(List.of(beat(W1_LATER, 1, 0)), 0);

      assertThat(digest.take(0)).containsExactly(beat(W1, 3, 20), beat(W1_LATER, 1, 0));
    }

    @Test
    void whenTaken_thenNothingIsLeft() {
      digest.take(0);

      assertThat(digest.take(100 * MILLI)).isEmpty();
    }
  }

  @Test
  void givenAFullDigest_whenMoreCome_thenTheyAreOverloadedAndWhatWaitsStays() {
    digest.add(
        IntStream.range(0, BeatDigest.MAX_HELD)
            .mapToObj(i -> beat(new SessionRef(new WorkerId("w" + i), 1), 1, 0))
            .toList(),
        0);

    SwarmException refused =
        catchThrowableOfType(
            SwarmException.class, () -> digest.add(List.of(beat(W1, 1, 0)), MILLI));

    assertThat(refused.kind()).isEqualTo(SwarmException.Kind.OVERLOADED);
    assertThat(digest.take(0)).hasSize(BeatDigest.MAX_HELD);
  }
}
