package dev.swarm.presence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.swarm.model.Refusal;
import dev.swarm.model.SessionOpen;
import dev.swarm.model.SwarmException;
import dev.swarm.model.WorkerId;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** How many sessions are opened. */
class AdmissionTest {
  private final Admission admission = new Admission(new AdmissionRates(1_000, 6), 0);

  private static SessionOpen wish(int worker, long boot, long dial) {
    return new SessionOpen(new WorkerId("w" + worker), boot, dial, "m1", 1, "", Map.of(), 1);
  }

  private static List<SessionOpen> crowd(int size) {
    return IntStream.range(0, size).mapToObj(worker -> wish(worker, 1, 1)).toList();
  }

  private static long seconds(long seconds) {
    return TimeUnit.SECONDS.toNanos(seconds);
  }

  @Test
  void givenACrowd_thenTheRestIsToldToComeAgainAtTimesOfTheirOwn() {
    Admission.Entry entry = admission.enter(crowd(3_000), 0);
    assertThat(entry.opens()).hasSize(1_000);
    assertThat(entry.refused()).hasSize(2_000);
    assertThat(entry.refused())
        .allMatch(refusal -> refusal.kind() == SwarmException.Kind.OVERLOADED);
    assertThat(entry.refused().stream().mapToInt(Refusal::retryAfterMillis))
        .allMatch(millis -> millis >= 1 && millis <= 2_002);
    assertThat(entry.refused().stream().mapToInt(Refusal::retryAfterMillis).distinct().count())
        .isGreaterThan(1_900);
  }

  @Test
  void givenSomeWereRefused_thenRefusalsOfTheLogAreThoseOfTheRequest() {
    admission.enter(crowd(1_000), 0);
    List<SessionOpen> wishes = List.of(wish(9_001, 1, 1), wish(5, 1, 1), wish(6, 1, 1));
    Admission.Entry entry = admission.enter(wishes, 0);
    assertThat(entry.positions()).containsExactly(1, 2);
    Refusal ofTheLog = new Refusal(1, SwarmException.Kind.CONFLICT, "no");
    assertThat(entry.placed(ofTheLog).position()).isEqualTo(2);
  }

  @Test
  void givenADialThatIsAskedForAgain_thenItCountsOnce() {
    for (int i = 0; i < 100; i++) {
      assertThat(admission.enter(List.of(wish(1, 7, 3)), seconds(0)).refused()).isEmpty();
    }
  }

  @Test
  void givenAWorkerThatFlaps_thenItAloneIsSlowedDown() {
    for (int dial = 1; dial <= 6; dial++) {
      assertThat(admission.enter(List.of(wish(1, dial, 1)), 0).refused()).isEmpty();
    }
    List<Refusal> refused = admission.enter(List.of(wish(1, 7, 1), wish(2, 1, 1)), 0).refused();
    assertThat(refused).hasSize(1);
    assertThat(refused.get(0).message()).contains("worker w1").contains("6 sessions a minute");
    assertThat(refused.get(0).retryAfterMillis()).isBetween(10_000, 10_001);
    assertThat(admission.enter(List.of(wish(1, 7, 1)), seconds(11)).refused()).isEmpty();
  }

  @Test
  void givenWorkersThatWereQuietForAMinute_thenNothingIsRememberedOfThem() {
    admission.enter(crowd(500), 0);
    assertThat(admission.remembered()).isEqualTo(500);
    admission.enter(List.of(wish(1, 2, 1)), seconds(61));
    assertThat(admission.remembered()).isEqualTo(1);
  }

  @Test
  void givenTooManyOnTheirWay_thenOthersAreToldWhenToComeAgain() {
    Admission wide = new Admission(new AdmissionRates(100_000, 6), 0);
    assertThat(wide.enter(crowd(Admission.MAX_OPENING), 0).refused()).isEmpty();
    List<Refusal> refused = wide.enter(List.of(wish(20_000, 1, 1)), 0).refused();
    assertThat(refused.get(0).retryAfterMillis()).isPositive();
    wide.leave(1);
    assertThat(wide.enter(List.of(wish(20_000, 1, 1)), 0).refused()).isEmpty();
  }
}
