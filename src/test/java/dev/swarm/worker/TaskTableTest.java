package dev.swarm.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.swarm.model.Bytes;
import dev.swarm.model.TaskId;
import dev.swarm.worker.TaskTable.Kind;
import dev.swarm.worker.TaskTable.Outcome;
import dev.swarm.worker.TaskTable.State;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class TaskTableTest {
  private final TaskTable table = new TaskTable(0, 0, List.of());

  private static Work work(String id, int attempt, long version) {
    return new Work(new TaskId(id), attempt, id, "discard", Bytes.EMPTY, false, version);
  }

  private static Work cancel(String id, long version) {
    return new Work(new TaskId(id), 1, id, "discard", Bytes.EMPTY, true, version);
  }

  private static WorkBatch complete(long result, Work... tasks) {
    return new WorkBatch(0, result, true, false, List.of(tasks), List.of());
  }

  private static WorkBatch change(long base, long result, Work... tasks) {
    return new WorkBatch(base, result, false, false, List.of(tasks), List.of());
  }

  private static WorkBatch removal(long base, long result, String id) {
    return new WorkBatch(base, result, false, false, List.of(), List.of(new TaskId(id)));
  }

  private static WorkBatch part(long base, long result, boolean complete, Work... tasks) {
    return new WorkBatch(base, result, complete, true, List.of(tasks), List.of());
  }

  private static List<String> taken(Outcome outcome) {
    return outcome.taken().stream().map(entry -> entry.work().id().value()).toList();
  }

  private static List<String> stopped(Outcome outcome) {
    return outcome.stopped().stream().map(work -> work.id() + "#" + work.attempt()).toList();
  }

  private String next() {
    return table.next(Set.of()).map(work -> work.id().value()).orElse("none");
  }

  @Nested
  class GivenVersionTen {
    GivenVersionTen() {
      table.welcomed(1, Set::of);
      table.apply(complete(10, work("a", 1, 5), work("b", 1, 10)));
    }

    @Test
    void whenABatchBeginsThere_thenItIsApplied() {
      Outcome outcome = table.apply(change(10, 12, work("c", 1, 12)));
      assertThat(outcome.kind()).isEqualTo(Kind.APPLIED);
      assertThat(taken(outcome)).containsExactly("c");
      assertThat(table.held()).isEqualTo(12);
    }

    @Test
    void whenABatchBeginsEarlier_thenWhatIsHeldIsSkipped() {
      Outcome outcome = table.apply(change(3, 12, work("x", 9, 10), work("c", 1, 11)));
      assertThat(taken(outcome)).containsExactly("c");
      assertThat(table.held()).isEqualTo(12);
    }

    @Test
    void whenABatchEndsEarlier_thenItIsDropped() {
      assertThat(table.apply(change(3, 9, work("c", 1, 9))).kind()).isEqualTo(Kind.IGNORED);
      assertThat(table.apply(complete(9)).kind()).isEqualTo(Kind.IGNORED);
      assertThat(table.held()).isEqualTo(10);
      assertThat(next()).isEqualTo("a");
    }

    @Test
    void whenABatchBeginsLater_thenItIsAGapThatIsSaidOnce() {
      assertThat(table.apply(change(11, 12, work("c", 1, 12))).kind()).isEqualTo(Kind.GAP);
      assertThat(table.apply(change(12, 13, work("d", 1, 13))).kind()).isEqualTo(Kind.IGNORED);
      assertThat(table.held()).isEqualTo(10);
      Outcome outcome = table.apply(complete(13, work("a", 1, 5), work("d", 1, 13)));
      assertThat(taken(outcome)).containsExactly("d");
      assertThat(outcome.forgotten()).containsExactly(new TaskId("b"));
      assertThat(table.apply(change(15, 16)).kind()).isEqualTo(Kind.GAP);
    }

    @Test
    void whenPartsSayMore_thenOnlyTheLastPutsThemInForce() {
      assertThat(table.apply(part(10, 20, false, work("c", 1, 20))).kind())
          .isEqualTo(Kind.GATHERED);
      assertThat(table.held()).isEqualTo(10);
      Outcome outcome = table.apply(change(10, 20, work("d", 1, 20)));
      assertThat(taken(outcome)).containsExactly("c", "d");
      assertThat(table.held()).isEqualTo(20);
    }

    @Test
    void whenACompleteSetComesInParts_thenWhatIsInNoPartIsForgotten() {
      table.apply(part(0, 20, true, work("a", 1, 5)));
      assertThat(next()).isEqualTo("a");
      Outcome outcome = table.apply(change(0, 20, work("c", 1, 20)));
      assertThat(outcome.forgotten()).containsExactly(new TaskId("b"));
      assertThat(taken(outcome)).containsExactly("c");
    }

    @Test
    void whenACompleteSetBeginsAnew_thenPartsBeforeItDoNotCount() {
      table.apply(part(0, 20, true, work("old", 1, 15)));
      table.apply(part(0, 30, true, work("a", 1, 5)));
      Outcome outcome = table.apply(change(0, 30, work("c", 1, 30)));
      assertThat(taken(outcome)).containsExactly("c");
      assertThat(outcome.forgotten()).containsExactly(new TaskId("b"));
      assertThat(table.find(new TaskId("old"), 1)).isEmpty();
    }

    @Test
    void whenATaskIsTakenAwayAndGivenBackInLaterParts_thenTheLastCounts() {
      table.apply(
          new WorkBatch(3, 8, false, true, List.of(), List.of(new TaskId("a"), new TaskId("b"))));
      Outcome outcome = table.apply(change(3, 12, work("a", 1, 5)));
      assertThat(outcome.forgotten()).containsExactly(new TaskId("b"));
      assertThat(table.find(new TaskId("a"), 1)).isPresent();
    }

    @Test
    void whenANewSessionBegins_thenPartsOfTheOldOneAreDropped() {
      table.apply(part(10, 20, false, work("c", 1, 20)));
      table.welcomed(1, Set::of);
      assertThat(taken(table.apply(change(10, 20, work("d", 1, 20))))).containsExactly("d");
    }

    @Test
    void whenAStartedTaskIsRemoved_thenItIsStoppedAndForgotten() {
      table.mark(new TaskId("a"), State.STARTED);
      Outcome outcome = table.apply(removal(10, 11, "a"));
      assertThat(outcome.forgotten()).containsExactly(new TaskId("a"));
      assertThat(stopped(outcome)).containsExactly("a#1");
    }

    @Test
    void whenAWaitingTaskIsRemoved_thenItIsNeverStarted() {
      assertThat(stopped(table.apply(removal(10, 11, "a")))).isEmpty();
      assertThat(next()).isEqualTo("b");
    }

    @Test
    void whenAStartedTaskIsCancelled_thenItIsStoppedAndStaysOurs() {
      table.mark(new TaskId("a"), State.STARTED);
      Outcome outcome = table.apply(change(10, 11, cancel("a", 11)));
      assertThat(stopped(outcome)).containsExactly("a#1");
      assertThat(table.find(new TaskId("a"), 1).orElseThrow().state()).isEqualTo(State.STARTED);
    }

    @Test
    void whenAFinishedTaskIsToldAgain_thenItIsNotStartedAgain() {
      table.mark(new TaskId("a"), State.DONE);
      table.apply(complete(20, work("a", 1, 5), work("b", 1, 10)));
      assertThat(next()).isEqualTo("b");
    }

    @Test
    void whenAnotherAttemptComes_thenTheOldOneIsStoppedAndTheNewOneWaits() {
      table.mark(new TaskId("a"), State.STARTED);
      Outcome outcome = table.apply(change(10, 11, work("a", 2, 11)));
      assertThat(stopped(outcome)).containsExactly("a#1");
      assertThat(table.find(new TaskId("a"), 1)).isEmpty();
      assertThat(table.next(Set.of(new TaskId("a"))).orElseThrow().id().value()).isEqualTo("b");
    }

    @Test
    void whenTheIncarnationIsAnother_thenNothingCountsAsHeld() {
      table.mark(new TaskId("a"), State.DONE);
      table.mark(new TaskId("b"), State.DONE);
      table.welcomed(2, () -> Set.of(new TaskId("b")));
      assertThat(table.held()).isZero();
      Outcome outcome = table.apply(complete(3, work("a", 1, 2), work("b", 1, 3)));
      assertThat(outcome.kind()).isEqualTo(Kind.APPLIED);
      assertThat(next()).as("its end was settled in the former one").isEqualTo("a");
      assertThat(table.find(new TaskId("b"), 1).orElseThrow().state()).isEqualTo(State.DONE);
    }
  }

  @Test
  void givenTasksInOrder_whenAskedForTheNext_thenTheFirstThatIsNotBusy() {
    table.apply(complete(10, work("b", 1, 1), work("a", 1, 2)));
    assertThat(next()).isEqualTo("b");
    table.mark(new TaskId("b"), State.STARTED);
    assertThat(next()).isEqualTo("a");
    assertThat(table.started()).hasSize(1);
  }

  @Test
  void givenMorePartsThanCanBeGathered_whenTheyCome_thenItIsAGap() {
    List<TaskId> many = java.util.Collections.nCopies(TaskTable.MAX_GATHERED, new TaskId("x"));
    table.apply(new WorkBatch(0, 5, true, true, List.of(), many));
    assertThat(table.apply(part(0, 5, false, work("a", 1, 1))).kind()).isEqualTo(Kind.GAP);
    assertThat(table.apply(change(0, 5, work("b", 1, 1))).kind())
        .as("the last part alone is not the set")
        .isEqualTo(Kind.IGNORED);
    assertThat(table.held()).isZero();
    assertThat(taken(table.apply(complete(6, work("c", 1, 6))))).containsExactly("c");
  }
}
