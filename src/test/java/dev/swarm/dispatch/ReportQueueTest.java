package dev.swarm.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.swarm.dispatch.ReportQueue.Budget;
import dev.swarm.dispatch.ReportQueue.Numbered;
import dev.swarm.dispatch.ReportQueue.Refused;
import dev.swarm.model.Bytes;
import dev.swarm.model.Limits;
import dev.swarm.model.Refusal;
import dev.swarm.model.Report;
import dev.swarm.model.SwarmException;
import dev.swarm.model.TaskId;
import dev.swarm.model.TaskStatus;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReportQueueTest {
  private final Budget budget = new Budget();
  private final ReportQueue queue = new ReportQueue(budget);

  private static Numbered report(long number, int bytes) {
    return new Numbered(
        number,
        new Report(
            Given.session(1),
            new TaskId("t" + number),
            1,
            TaskStatus.COMPLETE,
            "",
            Bytes.wrap(new byte[bytes]),
            0));
  }

  private static Refusal refusal(SwarmException.Kind kind) {
    return new Refusal(0, kind, "because");
  }

  private List<Numbered> offerAndTake(long... numbers) {
    for (long number : numbers) queue.offer(report(number, 0));
    return queue.take(1_000, 1 << 20);
  }

  @Test
  void givenReportsFrom5On_whenTheyAreCommittedOutOfOrder_thenTheWorkerHearsOfTheUnbrokenRow() {
    List<Numbered> sent = offerAndTake(5, 6, 7);

    queue.committed(sent.get(0));
    queue.committed(sent.get(2));
    assertThat(queue.tell().upTo()).isEqualTo(5);
    queue.committed(sent.get(1));
    assertThat(queue.tell().upTo()).isEqualTo(7);
    assertThat(queue.tell()).isNull();
    assertThat(budget.used()).isZero();
  }

  @Test
  void givenAWorkerThatDoesNotReadItsRefusals_thenTheirNumberIsBounded_andItMayOfferAgain() {
    int most = ReportQueue.MAX_REPORTS;
    for (int number = 1; number <= 2 * most; number++) queue.refuse(number, "bad");
    assertThat(queue.offer(report(most + 1, 0))).isFalse();

    ReportQueue.Settled told = queue.tell();
    assertThat(told.refused()).hasSize(most);
    assertThat(told.upTo()).isEqualTo(most);
    assertThat(queue.offer(report(most + 1, 0))).isTrue();
  }

  @Test
  void givenARefusalForGood_thenItIsSettledAndSaidOnce() {
    List<Numbered> sent = offerAndTake(1);

    queue.refused(sent.get(0), refusal(SwarmException.Kind.DENIED));

    ReportQueue.Settled told = queue.tell();
    assertThat(told.upTo()).isEqualTo(1);
    assertThat(told.refused()).containsExactly(new Refused(1, "because"));
    assertThat(queue.tell()).isNull();
  }

  @Test
  void givenARefusalOfTheSession_thenItIsDroppedUnsettledAndTakenWhenOfferedAgain() {
    List<Numbered> sent = offerAndTake(1, 2);

    queue.refused(sent.get(0), refusal(SwarmException.Kind.STALE_SESSION));
    queue.committed(sent.get(1));

    assertThat(queue.tell().upTo()).isZero();
    assertThat(offerAndTake(1)).extracting(Numbered::number).containsExactly(1L);
  }

  @Test
  void givenNoAnswer_thenTheReportsAreSentAgainInTheirOrder() {
    List<Numbered> sent = offerAndTake(1, 2);
    sent.forEach(queue::retry);

    assertThat(offerAndTake(3)).extracting(Numbered::number).containsExactly(1L, 2L, 3L);
  }

  @Test
  void givenALeaderThatIsNone_thenTheReportIsSentAgain() {
    List<Numbered> sent = offerAndTake(1);

    queue.refused(sent.get(0), refusal(SwarmException.Kind.NOT_LEADER));

    assertThat(queue.hasWaiting()).isTrue();
    assertThat(queue.tell()).isNull();
  }

  @Test
  void givenASettledReport_whenItIsOfferedAgain_thenItIsToldAgainAndNotSent() {
    offerAndTake(1).forEach(queue::committed);
    queue.tell();

    assertThat(offerAndTake(1)).isEmpty();
    assertThat(queue.tell().upTo()).isEqualTo(1);
  }

  @Test
  void givenAReportUnderWay_whenItIsOfferedAgain_thenItIsNotSentTwice() {
    offerAndTake(1);

    assertThat(offerAndTake(1)).isEmpty();
  }

  @Test
  void givenAFullQueue_thenMoreIsDroppedUnacknowledged() {
    for (int i = 1; i <= ReportQueue.MAX_REPORTS; i++) {
      assertThat(queue.offer(report(i, 0))).isTrue();
    }
    assertThat(queue.offer(report(1_000, 0))).isFalse();

    queue.take(1_000, 1 << 20).forEach(queue::committed);
    assertThat(queue.tell().upTo()).isEqualTo(ReportQueue.MAX_REPORTS);
  }

  @Test
  void givenTheBudgetOfAllIsUsed_thenMoreIsDroppedUntilASessionEnds() {
    int taken = 0;
    while (queue.offer(report(taken + 1, Limits.MAX_RESULT_BYTES))) taken++;
    assertThat(budget.used()).isLessThanOrEqualTo(Budget.MAX_BYTES);
    ReportQueue other = new ReportQueue(budget);
    assertThat(other.offer(report(1, Limits.MAX_RESULT_BYTES))).isFalse();

    queue.close();
    assertThat(budget.used()).isZero();
    assertThat(other.offer(report(1, Limits.MAX_RESULT_BYTES))).isTrue();
  }

  @Test
  void givenLittleRoomInAMessage_thenTheRestWaits() {
    queue.offer(report(1, 60_000));
    queue.offer(report(2, 60_000));

    assertThat(queue.take(10, 70_000)).extracting(Numbered::number).containsExactly(1L);
    assertThat(queue.hasWaiting()).isTrue();
  }

  @Test
  void givenAMalformedReport_thenItIsRefusedForGood() {
    queue.refuse(1, "result has too many bytes");

    assertThat(queue.tell()).extracting(ReportQueue.Settled::upTo).isEqualTo(1L);
  }
}
