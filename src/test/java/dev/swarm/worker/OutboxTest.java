package dev.swarm.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.swarm.model.Bytes;
import dev.swarm.model.TaskId;
import dev.swarm.model.TaskStatus;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class OutboxTest {
  private final Outbox outbox = new Outbox(0, List.of());

  private static NumberedReport report(long number) {
    return new NumberedReport(
        number, new TaskId("t" + number), 1, TaskStatus.COMPLETE, "", Bytes.EMPTY, 0);
  }

  private void add(int count) {
    for (int i = 0; i < count; i++) outbox.add(report(outbox.nextNumber()));
  }

  private static List<Long> numbers(List<NumberedReport> reports) {
    return reports.stream().map(NumberedReport::number).toList();
  }

  @Test
  void givenANewReport_whenAsked_thenItIsOfferedOnceAndAgainAfterAWholePeriod() {
    add(2);
    assertThat(numbers(outbox.fresh())).containsExactly(1L, 2L);
    assertThat(outbox.fresh()).isEmpty();
    assertThat(outbox.overdue()).as("offered within this period").isEmpty();
    assertThat(numbers(outbox.overdue())).containsExactly(1L, 2L);
    assertThat(numbers(outbox.overdue())).containsExactly(1L, 2L);
  }

  @Test
  void givenSettledOnes_whenAPeriodPasses_thenOnlyTheOthersAreOffered() {
    add(3);
    outbox.fresh();
    outbox.overdue();
    assertThat(outbox.settledUpTo(2)).containsExactly(1L, 2L);
    assertThat(outbox.settledUpTo(2)).isEmpty();
    assertThat(numbers(outbox.overdue())).containsExactly(3L);
  }

  @Test
  void givenANewSession_whenAsked_thenAllUnsettledOnesAreFresh() {
    add(3);
    outbox.fresh();
    outbox.settledUpTo(1);
    outbox.sessionOpened();
    assertThat(numbers(outbox.fresh())).containsExactly(2L, 3L);
  }

  @Test
  void givenMoreThanTheWindow_whenAsked_thenTheOldestFitAndTheRestFollows() {
    add(300);
    assertThat(numbers(outbox.fresh())).hasSize(256).endsWith(256L);
    outbox.settledUpTo(100);
    assertThat(numbers(outbox.fresh()))
        .containsExactlyElementsOf(LongStream.rangeClosed(257, 300).boxed().toList());
  }

  @Test
  void givenARestart_whenNumbered_thenNumbersGoOnAboveAnyGivenBefore() {
    assertThat(new Outbox(41, List.of()).nextNumber()).isEqualTo(42);
    assertThat(new Outbox(3, List.of(report(7))).nextNumber()).isEqualTo(8);
  }

  @Test
  void givenLargeResults_whenTheirBytesReachTheLimit_thenItIsFullUntilTheyAreSettled() {
    Bytes result = Bytes.wrap(new byte[64 << 10]);
    for (long sum = 0; sum < Outbox.MAX_UNSETTLED_BYTES; sum += result.size()) {
      assertThat(outbox.full()).isFalse();
      long number = outbox.nextNumber();
      outbox.add(
          new NumberedReport(number, new TaskId("t"), 1, TaskStatus.COMPLETE, "", result, 0));
    }
    assertThat(outbox.full()).isTrue();
    outbox.settledUpTo(1);
    assertThat(outbox.full()).isFalse();
  }

  @Test
  void givenTenThousandUnsettled_whenAsked_thenItIsFull() {
    add(Outbox.MAX_UNSETTLED - 1);
    assertThat(outbox.full()).isFalse();
    add(1);
    assertThat(outbox.full()).isTrue();
  }
}
