package dev.swarm.dispatch;

import static dev.swarm.dispatch.Given.change;
import static org.assertj.core.api.Assertions.assertThat;

import dev.swarm.model.Assignments;
import dev.swarm.model.Limits;
import dev.swarm.model.Task;
import dev.swarm.model.TaskId;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class PendingChangesTest {
  private final PendingChanges pending = new PendingChanges();

  private Batch next() {
    return pending.next(100, Limits.MAX_BATCH_BYTES);
  }

  private static List<String> ids(Batch batch) {
    return batch.tasks().stream().map(task -> task.id().value()).toList();
  }

  @Nested
  class GivenAWorkerThatHoldsVersion10 {
    GivenAWorkerThatHoldsVersion10() {
      pending.start(Given.nothing(10), 0);
      next();
    }

    @Test
    void whenNothingChanges_thenThereIsNoBatch() {
      assertThat(next()).isNull();
      assertThat(pending.isEmpty()).isTrue();
    }

    @Test
    void whenVersionsChange_thenBatchesFormAChain() {
      pending.add(change("a", 11, true));
      pending.add(change("b", 12, true));
      Batch first = next();
      pending.add(change("c", 15, true));
      Batch second = next();

      assertThat(first)
          .extracting(Batch::base, Batch::result, Batch::more)
          .containsExactly(10L, 12L, false);
      assertThat(second)
          .extracting(Batch::base, Batch::result, Batch::more)
          .containsExactly(12L, 15L, false);
    }

    @Test
    void whenABatchEndsInsideAVersion_thenMoreFollowsFromTheSameBase() {
      pending.add(change("a", 11, false));
      Batch cut = next();
      pending.add(change("b", 11, true));
      Batch rest = next();

      assertThat(cut)
          .extracting(Batch::base, Batch::result, Batch::more)
          .containsExactly(10L, 11L, true);
      assertThat(rest)
          .extracting(Batch::base, Batch::result, Batch::more)
          .containsExactly(10L, 11L, false);
    }

    @Test
    void whenTheBacklogIsInOrder_thenEachBatchCarriesItsVersion() {
      for (int i = 0; i < 250; i++) pending.add(change("t" + i, 11 + i, true));

      assertThat(List.of(next(), next(), next()))
          .extracting(Batch::size, Batch::base, Batch::result, Batch::more)
          .containsExactly(
              org.assertj.core.groups.Tuple.tuple(100, 10L, 110L, false),
              org.assertj.core.groups.Tuple.tuple(100, 110L, 210L, false),
              org.assertj.core.groups.Tuple.tuple(50, 210L, 260L, false));
    }

    @Test
    void whenALaterChangeReplacedAnEarlier_thenOnlyTheLastBatchCarriesAVersion() {
      for (int i = 0; i < 150; i++) pending.add(change("t" + i, 11 + i, true));
      pending.add(new PendingChange(new TaskId("t3"), null, 200, true, 0));
      Batch first = next();
      Batch last = next();

      assertThat(first)
          .extracting(Batch::size, Batch::base, Batch::more)
          .containsExactly(100, 10L, true);
      assertThat(first.removed()).containsExactly(new TaskId("t3"));
      assertThat(ids(first)).doesNotContain("t3");
      assertThat(last)
          .extracting(Batch::size, Batch::base, Batch::result, Batch::more)
          .containsExactly(50, 10L, 200L, false);
    }

    @Test
    void whenChangesAreLarge_thenABatchStaysWithinItsBytes() {
      Task large = Given.task("large", Limits.MAX_PAYLOAD_BYTES);
      for (int i = 0; i < 5; i++) {
        pending.add(new PendingChange(new TaskId("t" + i), large, 11, i == 4, 0));
      }
      List<Integer> sizes = new ArrayList<>();
      for (Batch batch = next(); batch != null; batch = next()) sizes.add(batch.size());

      assertThat(sizes).containsExactly(1, 1, 1, 1, 1);
    }

    @Test
    void whenMoreGathersThanMayBeHeld_thenItIsDroppedAndAskedAnew() {
      for (int i = 0; i <= PendingChanges.MAX_GROWTH; i++)
        pending.add(change("t" + i, 11 + i, true));

      assertThat(pending.behind()).isTrue();
      assertThat(pending.size()).isZero();
      assertThat(next()).isNull();
      assertThat(pending.resumeFrom()).isEqualTo(10);

      pending.restart(new Assignments(10, 5_000, false, List.of(), List.of(new TaskId("x"))), 0);
      assertThat(next())
          .extracting(Batch::base, Batch::result, Batch::more)
          .containsExactly(10L, 5_000L, false);
    }

    @Test
    void whenTheStateWasReplacedAndNothingDiffers_thenThereIsNoBatch() {
      pending.restart(new Assignments(10, 20, false, List.of(), List.of()), 0);

      assertThat(next()).isNull();
    }

    @Test
    void whenTheStateWasReplacedInsideAVersion_thenTheRowOfBatchesIsFinished() {
      pending.add(change("a", 11, false));
      assertThat(next().more()).isTrue();

      pending.restart(new Assignments(10, 20, false, List.of(), List.of()), 0);

      assertThat(next()).extracting(Batch::result, Batch::more).containsExactly(20L, false);
    }
  }

  @Nested
  class GivenACompleteSetOf250Tasks {
    private final List<Task> tasks = new ArrayList<>(Given.worker(250).tasks().values());

    GivenACompleteSetOf250Tasks() {
      pending.start(new Assignments(0, 30, true, tasks, List.of()), 0);
    }

    @Test
    void thenOnlyTheFirstPartSaysCompleteAndOnlyTheLastCarriesTheVersion() {
      assertThat(List.of(next(), next(), next()))
          .extracting(Batch::size, Batch::base, Batch::result, Batch::complete, Batch::more)
          .containsExactly(
              org.assertj.core.groups.Tuple.tuple(100, 0L, 30L, true, true),
              org.assertj.core.groups.Tuple.tuple(100, 0L, 30L, false, true),
              org.assertj.core.groups.Tuple.tuple(50, 0L, 30L, false, false));
      assertThat(next()).isNull();
    }

    @Test
    void whenChangesComeBeforeItIsOut_thenTheyAreInItAndTheVersionIsTheirs() {
      next();
      pending.add(change("new", 31, true));
      next();
      Batch last = next();

      assertThat(last)
          .extracting(Batch::size, Batch::result, Batch::more)
          .containsExactly(51, 31L, false);
      assertThat(pending.resumeFrom()).isEqualTo(31);
    }

    @Test
    void whenItIsInterrupted_thenItMustBeginAgain() {
      next();

      assertThat(pending.resumeFrom()).isZero();
    }
  }

  @Test
  void givenAWorkerWithNothing_whenItsSessionBegins_thenItIsToldSo() {
    pending.start(new Assignments(0, 30, true, List.of(), List.of()), 0);

    assertThat(next())
        .extracting(Batch::size, Batch::complete, Batch::more)
        .containsExactly(0, true, false);
    assertThat(next()).isNull();
  }
}
