package dev.swarm.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.swarm.model.HeartbeatSettings;
import org.junit.jupiter.api.Test;

class LeaderContactTest {
  private static final long SECOND = 1_000_000_000L;
  private static final HeartbeatSettings AGREED = HeartbeatSettings.DEFAULT; // TTL 15 s

  private final LeaderContact contact = new LeaderContact(0);

  private boolean aloneAt(double seconds) {
    return contact.alone(AGREED, (long) (seconds * SECOND));
  }

  @Test
  void givenNoAnswer_thenItIsAloneAfterAFifthOfATtl() {
    assertThat(aloneAt(2.9)).isFalse();
    assertThat(aloneAt(3.1)).isTrue();
  }

  @Test
  void givenAnAnswer_thenTheTimeBeginsAgain() {
    contact.heard(1, 0, 2 * SECOND);
    assertThat(aloneAt(4.9)).isFalse();
    assertThat(aloneAt(5.1)).isTrue();
  }

  @Test
  void givenAnAnswerOfAnOlderTerm_thenItSaysNothing() {
    assertThat(contact.heard(7, 0, SECOND)).isTrue();
    assertThat(contact.heard(6, 0, 2 * SECOND)).isFalse();
    assertThat(aloneAt(4.5)).isTrue();
  }

  @Test
  void givenALeaderThatIsAhead_whenTheReplicaDoesNotFollow_thenItIsStaleAfterAFifthOfATtl() {
    contact.applied(100);
    for (int second = 1; second <= 5; second++) contact.heard(1, 100 + second, second * SECOND);

    assertThat(contact.stale(AGREED, (long) (3.9 * SECOND))).isFalse();
    assertThat(contact.stale(AGREED, (long) (4.1 * SECOND))).isTrue();
    assertThat(aloneAt(5)).isTrue();
    contact.applied(101);
    assertThat(contact.stale(AGREED, 5 * SECOND)).isFalse();
  }

  @Test
  void givenAReplicaThatIsAlwaysALittleBehind_thenItIsNotStale() {
    for (int second = 1; second <= 100; second++) {
      contact.heard(1, 100L * second, second * SECOND);
      contact.applied(100L * second);
      assertThat(contact.stale(AGREED, second * SECOND)).isFalse();
    }
  }

  @Test
  void givenATimeAlone_thenAdviceIsDueOnce_andAgainInTheNext() {
    assertThat(contact.adviseNow(AGREED, 2 * SECOND)).isFalse();
    assertThat(contact.adviseNow(AGREED, 4 * SECOND)).isTrue();
    assertThat(contact.adviseNow(AGREED, 5 * SECOND)).isFalse();
    contact.heard(1, 0, 6 * SECOND);
    assertThat(contact.adviseNow(AGREED, 7 * SECOND)).isFalse();
    assertThat(contact.adviseNow(AGREED, 10 * SECOND)).isTrue();
  }

  @Test
  void givenALeaderHeardAfterAStall_thenItsLaterSilenceCounts() {
    contact.heard(1, 0, 20 * SECOND); // read before anybody noticed that we had been away
    contact.forgive(20 * SECOND, 20 * SECOND);
    assertThat(aloneAt(22)).isFalse();
    assertThat(aloneAt(24)).isTrue();
  }

  @Test
  void givenAStallOfOurOwn_thenItIsNotTheLeadersSilence() {
    contact.forgive(20 * SECOND, 20 * SECOND);
    assertThat(aloneAt(22)).isFalse();
  }
}
