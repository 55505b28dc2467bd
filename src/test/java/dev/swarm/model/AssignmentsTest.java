package dev.swarm.model;

import static dev.swarm.model.Judgement.Verdict.DOWN;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What a worker that comes back is told. */
class AssignmentsTest {
  private final Log log = Log.begun();
  private final SessionRef w1 = log.up("w1");

  private Assignments since(long held) {
    return Assignments.since(held, Log.id("w1"), log.state());
  }

  @Test
  void givenNothingHeld_thenTheSetIsComplete() {
    log.submit("t", "w1", 1);
    assertThat(since(0).complete()).isTrue();
    assertThat(since(0).tasks()).hasSize(1);
  }

  @Test
  void givenTenOfManyTasksChanged_whenItMoves_thenOnlyTenAreSent() {
    for (int i = 0; i < 100; i++) log.submit("t" + i, "w1", 1);
    long held = log.state().index();
    for (int i = 0; i < 4; i++) log.report(w1, "t" + i, 1, TaskStatus.COMPLETE);
    for (int i = 0; i < 6; i++) log.apply(new Command.CancelTask(new TaskId("t5" + i), 9));
    log.report(w1, "t70", 1, TaskStatus.RUNNING); // the worker said so itself
    Assignments told = since(held);
    assertThat(told.complete()).isFalse();
    assertThat(told.removed()).hasSize(4);
    assertThat(told.tasks()).hasSize(6);
  }

  @Test
  void givenAVersionOfTheFuture_thenTheSetIsComplete() {
    assertThat(since(log.state().index() + 1).complete()).isTrue();
  }

  @Test
  void givenMoreRemovalsThanAreKept_thenOnlyWhoIsFurtherBehindGetsTheCompleteSet() {
    for (int i = 0; i <= 2 * Limits.MAX_REMOVALS; i++) log.submit("t" + i, "w1", 1);
    assertThatOnlySoManyRemovalsAreKept(Limits.MAX_REMOVALS);
  }

  @Test
  void givenAWorkerWithFewTasks_thenFewOfItsRemovalsAreKept() {
    for (int i = 0; i <= Limits.MAX_REMOVALS; i++) log.submit("t" + i, "w1", 1);
    assertThatOnlySoManyRemovalsAreKept(Limits.LEAST_REMOVALS);
  }

  private void assertThatOnlySoManyRemovalsAreKept(int kept) {
    long before = log.state().index();
    for (int i = 0; i <= Limits.MAX_REMOVALS; i++) log.report(w1, "t" + i, 1, TaskStatus.COMPLETE);
    WorkerTasks work = log.state().work().get(Log.id("w1"));
    assertThat(work.removals()).hasSize(kept);
    assertThat(since(before).complete()).isTrue();
    assertThat(since(work.compactedUpTo() - 1).complete()).isTrue();
    Assignments difference = since(work.compactedUpTo());
    assertThat(difference.complete()).isFalse();
    assertThat(difference.removed()).hasSize(kept);
    assertThat(log.state().records().toState()).isEqualTo(log.state());
  }

  @Test
  void givenATaskThatWentAndCameBack_thenItIsTold_notRemoved() {
    log.submit("t", null, 3);
    log.place("t", "w1");
    long held = log.state().index();
    log.judge(w1, 1, DOWN);
    log.open("w1", Log.BOOT, 2);
    log.place("t", "w1");
    assertThat(since(held).removed()).isEmpty();
    assertThat(since(held).tasks()).extracting(Task::attempt).containsExactly(2);
  }

  @Test
  void givenATaskTakenTwiceInOneEntry_thenTheDigestIsThatOfTheRecords() {
    log.submit("t", null, 3);
    log.place("t", "w1");
    log.apply(
        lost(1),
        new Command.PlaceTasks(
            1, java.util.List.of(new Placement(new TaskId("t"), 1, Log.id("w1")))),
        lost(2));
    assertThat(log.task("t").status()).isEqualTo(TaskStatus.PENDING);
    assertThat(log.state().records().toState().digest()).isEqualTo(log.state().digest());
  }

  private Command lost(int attempt) {
    return new Command.ReportTasks(
        java.util.List.of(
            new Report(w1, new TaskId("t"), attempt, TaskStatus.LOST, "", Bytes.EMPTY, 9)));
  }
}
