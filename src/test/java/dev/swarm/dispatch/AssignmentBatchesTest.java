package dev.swarm.dispatch;

import static dev.swarm.dispatch.Given.change;
import static org.assertj.core.api.Assertions.assertThat;

import dev.swarm.model.BatchSettings;
import io.reactivex.rxjava3.schedulers.TestScheduler;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class AssignmentBatchesTest {
  private record Emitted(long atMillis, int size) {}

  private final TestScheduler scheduler = new TestScheduler();
  private final List<Emitted> emitted = new ArrayList<>();
  private final AtomicInteger timers = new AtomicInteger();
  private final PendingChange change = change("t", 1, true);
  private final AssignmentBatches batches =
      new AssignmentBatches(
          () -> BatchSettings.DEFAULT,
          scheduler,
          batch -> emitted.add(new Emitted(now(), batch.size())),
          armed -> timers.addAndGet(armed ? 1 : -1));

  private long now() {
    return scheduler.now(TimeUnit.MILLISECONDS);
  }

  private void changes(int count) {
    for (int i = 0; i < count; i++) batches.add(change);
  }

  private void at(long millis) {
    scheduler.advanceTimeTo(millis, TimeUnit.MILLISECONDS);
  }

  @Test
  void givenTheBurstOfTheTalk_thenTheBatchesAreThoseOfTheTalk() {
    changes(12);
    at(101);
    changes(26);
    at(202);
    changes(32);
    at(340);
    changes(242);
    at(450);
    changes(23);
    at(2_000);

    assertThat(emitted).extracting(Emitted::size).containsExactly(12, 26, 32, 100, 100, 42, 23);
    assertThat(emitted.get(3).atMillis()).isEqualTo(340);
    assertThat(emitted.get(5).atMillis()).isEqualTo(440);
  }

  @Test
  void givenOneChangeEvery50Millis_thenNoneWaitsLongerThan100() {
    List<Long> arrivals = new ArrayList<>();
    for (long t = 0; t < 3_000; t += 50) {
      at(t);
      arrivals.add(t);
      changes(1);
    }
    at(4_000);

    int index = 0;
    for (Emitted batch : emitted) {
      assertThat(batch.atMillis() - arrivals.get(index)).isBetween(0L, 100L);
      index += batch.size();
    }
    assertThat(index).isEqualTo(arrivals.size());
  }

  @Test
  void givenOneChangeEvery99Millis_thenTheWindowIsNotPushedBack() {
    for (long t = 0; t < 990; t += 99) {
      at(t);
      changes(1);
    }

    assertThat(emitted).hasSizeGreaterThanOrEqualTo(8);
  }

  @Test
  void givenNoChange_whenAnEmptyWindowHasPassed_thenNoTimerIsArmed() {
    assertThat(timers).hasValue(0);
    changes(1);
    assertThat(timers).hasValue(1);
    at(150);
    assertThat(timers).hasValue(1);
    at(250);
    assertThat(timers).hasValue(0);

    changes(1);
    at(500);
    assertThat(emitted).hasSize(2);
    assertThat(timers).hasValue(0);
  }

  @Test
  void givenGatheredChanges_whenClosed_thenTheyAreDropped() {
    changes(5);
    batches.close();
    at(1_000);

    assertThat(emitted).isEmpty();
    assertThat(timers).hasValue(0);
  }
}
