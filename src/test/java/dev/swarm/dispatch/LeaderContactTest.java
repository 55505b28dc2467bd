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
  void givenNoAnswer_thenItIsAloneAfterAThirdOfATtl() {
    assertThat(aloneAt(4.9)).isFalse();
    assertThat(aloneAt(5.1)).isTrue();
  }

  @Test
  void givenAnAnswer_thenTheTimeBeginsAgain() {
    contact.heard(1, 0, 2 * SECOND);
    assertThat(aloneAt(6.9)).isFalse();
    assertThat(aloneAt(7.1)).isTrue();
  }

  @Test
  void givenAManagerThatIsShutOut_thenItIsAloneAtOnceAndUntilItTakesPartAgain() {
    contact.shutOut(true);
    assertThat(aloneAt(0.1)).isTrue();
    contact.heard(1, 0, SECOND);
    assertThat(aloneAt(1.1)).isTrue();
    contact.shutOut(false);
    assertThat(aloneAt(1.2)).isFalse();
  }

  @Test
  void givenAnAnswerOfAnOlderTerm_thenItSaysNothing() {
    assertThat(contact.heard(7, 0, SECOND)).isTrue();
    assertThat(contact.heard(6, 0, 2 * SECOND)).isFalse();
    assertThat(aloneAt(6.5)).isTrue();
  }

  @Test
  void givenALeaderThatIsAhead_whenTheReplicaDoesNotFollow_thenItIsStaleAfterAThirdOfATtl() {
    contact.applied(100);
    for (int second = 1; second <= 7; second++) contact.heard(1, 100 + second, second * SECOND);

    assertThat(contact.stale(AGREED, (long) (5.9 * SECOND))).isFalse();
    assertThat(contact.stale(AGREED, (long) (6.1 * SECOND))).isTrue();
    assertThat(aloneAt(7)).isTrue();
    contact.applied(101);
    assertThat(contact.stale(AGREED, 7 * SECOND)).isFalse();
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
    assertThat(contact.adviseNow(AGREED, 4 * SECOND)).isFalse();
    assertThat(contact.adviseNow(AGREED, 6 * SECOND)).isTrue();
    assertThat(contact.adviseNow(AGREED, 7 * SECOND)).isFalse();
    contact.heard(1, 0, 8 * SECOND);
    assertThat(contact.adviseNow(AGREED, 12 * SECOND)).isFalse();
    assertThat(contact.adviseNow(AGREED, 14 * SECOND)).isTrue();
  }

  @Test
  void givenALeaderHeardAfterAStall_thenItsLaterSilenceCounts() {
    contact.heard(1, 0, 20 * SECOND); // read before anybody noticed that we had been away
    contact.forgive(20 * SECOND, 20 * SECOND);
    assertThat(aloneAt(24)).isFalse();
    assertThat(aloneAt(26)).isTrue();
  }

  @Test
  void givenAStallOfOurOwn_thenItIsNotTheLeadersSilence() {
    contact.forgive(20 * SECOND, 20 * SECOND);
    assertThat(aloneAt(22)).isFalse();
  }

  @Test
  void givenAShortTtl_thenAnElectionStillFitsIn() {
    HeartbeatSettings quick = new HeartbeatSettings(2_000, 10, 3, 6); // TTL 6 s
    assertThat(contact.alone(quick, (long) (2.9 * SECOND))).isFalse();
    assertThat(contact.alone(quick, (long) (3.1 * SECOND))).isTrue();
  }
}
