package dev.swarm.model;

import static dev.swarm.model.Judgement.Verdict.DOWN;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** How tasks live, move and end. */
class TasksTest {
  private final Log log = Log.begun();
  private final SessionRef w1 = log.up("w1");
  private final SessionRef w2 = log.up("w2");

  private static void assertRefused(List<Refusal> refused, SwarmException.Kind kind) {
    assertThat(refused).extracting(Refusal::kind).containsExactly(kind);
  }

  @Nested
  class GivenATaskOnAWorker {
    GivenATaskOnAWorker() {
      log.submit("t", null, 2);
      log.place("t", "w1");
    }

    @Test
    void whenItsWorkerReports_thenItIsDoneAndARepeatChangesNothing() {
      assertThat(log.report(w1, "t", 1, TaskStatus.RUNNING)).isEmpty();
      assertThat(log.report(w1, "t", 1, TaskStatus.COMPLETE)).isEmpty();
      long digest = log.task("t").digest();
      assertThat(log.report(w1, "t", 1, TaskStatus.COMPLETE)).isEmpty();
      assertThat(log.task("t").digest()).isEqualTo(digest);
      assertThat(log.state().taskCounts().of(TaskStatus.COMPLETE)).isEqualTo(1);
    }

    @Test
    void whenAnotherWorkerReports_thenItIsDenied() {
      assertRefused(log.report(w2, "t", 1, TaskStatus.COMPLETE), SwarmException.Kind.DENIED);
      assertThat(log.task("t").status()).isEqualTo(TaskStatus.ASSIGNED);
    }

    @Test
    void whenAnotherAttemptIsReported_thenItIsAConflict() {
      assertRefused(log.report(w1, "t", 2, TaskStatus.COMPLETE), SwarmException.Kind.CONFLICT);
      assertThat(log.task("t").status()).isEqualTo(TaskStatus.ASSIGNED);
    }

    @Test
    void whenReportedInAnOlderSession_thenItIsNotSettledUntilTheCurrentOneSaysSo() {
      SessionRef current = log.open("w1", Log.BOOT, 2);
      assertRefused(log.report(w1, "t", 1, TaskStatus.COMPLETE), SwarmException.Kind.STALE_SESSION);
      assertThat(log.task("t").status()).isEqualTo(TaskStatus.ASSIGNED);
      assertThat(log.report(current, "t", 1, TaskStatus.COMPLETE)).isEmpty();
      assertThat(log.task("t").status()).isEqualTo(TaskStatus.COMPLETE);
    }

    @Test
    void whenItHasFinished_thenAnotherEndIsRefused() {
      log.report(w1, "t", 1, TaskStatus.COMPLETE);
      assertRefused(log.report(w1, "t", 1, TaskStatus.FAILED), SwarmException.Kind.CONFLICT);
    }

    @Test
    void whenItsWorkerIsDown_thenItWaitsForAnotherAndItsOldReportIsRefused() {
      log.judge(w1, 1, DOWN);
      assertThat(log.task("t").status()).isEqualTo(TaskStatus.PENDING);
      assertThat(log.state().pending()).hasSize(1);
      log.place("t", "w2");
      SessionRef back = log.open("w1", Log.BOOT, 2);
      assertRefused(log.report(back, "t", 1, TaskStatus.COMPLETE), SwarmException.Kind.DENIED);
      assertThat(log.report(w2, "t", 2, TaskStatus.COMPLETE)).isEmpty();
    }

    @Test
    void whenTheLastAttemptsWorkerIsDown_thenItIsLost() {
      log.judge(w1, 1, DOWN);
      log.place("t", "w2");
      log.judge(w2, 1, DOWN);
      assertThat(log.task("t").status()).isEqualTo(TaskStatus.LOST);
      assertThat(log.task("t").attempt()).isEqualTo(2);
    }

    @Test
    void whenPlacedAgainFromAnOldView_thenItIsAConflict() {
      var again = new Placement(new TaskId("t"), 0, Log.id("w2"));
      assertRefused(
          log.apply(new Command.PlaceTasks(1, List.of(again))), SwarmException.Kind.CONFLICT);
      assertThat(log.task("t").worker()).isEqualTo(Log.id("w1"));
    }

    @Test
    void whenItsWorkerIsDrained_thenItGoesElsewhere() {
      log.apply(new Command.SetAvailability(Log.id("w1"), Availability.DRAINED, 9));
      assertThat(log.task("t").status()).isEqualTo(TaskStatus.PENDING);
      assertRefused(log.place("t", "w1"), SwarmException.Kind.CONFLICT);
    }

    @Test
    void whenCancelled_thenItEndsWhenItsWorkerSaysSo() {
      log.apply(new Command.CancelTask(new TaskId("t"), 9));
      assertThat(log.task("t").cancelled()).isTrue();
      assertThat(log.task("t").status()).isEqualTo(TaskStatus.ASSIGNED);
      log.report(w1, "t", 1, TaskStatus.CANCELLED);
      assertThat(log.task("t").status()).isEqualTo(TaskStatus.CANCELLED);
    }

    @Test
    void whenCancelledAndItsWorkerIsDown_thenItIsNotMoved() {
      log.apply(new Command.CancelTask(new TaskId("t"), 9));
      log.judge(w1, 1, DOWN);
      assertThat(log.task("t").status()).isEqualTo(TaskStatus.CANCELLED);
    }
  }

  @Test
  void givenAnExhaustedTask_whenItsWorkerIsDrained_thenItStaysInsteadOfBeingLost() {
    log.submit("t", null, 1);
    log.place("t", "w1");
    log.apply(new Command.SetAvailability(Log.id("w1"), Availability.DRAINED, 9));
    assertThat(log.task("t").status()).isEqualTo(TaskStatus.ASSIGNED);
  }

  @Test
  void givenAPinnedTask_whenItsWorkerIsDown_thenItStaysItsOwn() {
    log.submit("t", "w1", 2);
    log.report(w1, "t", 1, TaskStatus.RUNNING);
    log.judge(w1, 1, DOWN);
    assertThat(log.task("t").holder()).isEqualTo(Log.id("w1"));
    SessionRef back = log.open("w1", Log.BOOT, 2);
    assertThat(log.report(back, "t", 1, TaskStatus.COMPLETE)).isEmpty();
  }

  @Test
  void givenAPinnedTaskOfADownWorker_whenCancelled_thenItEndsAtOnceAndTheWorkerLearnsOfIt() {
    log.submit("p", "w1", 1);
    long held = log.state().index();
    log.judge(w1, 1, DOWN);
    log.apply(new Command.CancelTask(new TaskId("p"), 9));
    assertThat(log.task("p").status()).isEqualTo(TaskStatus.CANCELLED);
    log.open("w1", Log.BOOT, 2);
    assertThat(Assignments.since(held, Log.id("w1"), log.state()).removed())
        .containsExactly(new TaskId("p"));
  }

  @Test
  void givenAPinnedTask_whenItsWorkerLosesIt_thenItIsTriedThereAsOftenAsAllowed() {
    log.submit("p", "w1", 2);
    log.report(w1, "p", 1, TaskStatus.LOST);
    assertThat(log.task("p").holder()).isEqualTo(Log.id("w1"));
    assertThat(log.task("p").attempt()).isEqualTo(2);
    log.report(w1, "p", 1, TaskStatus.LOST); // said again: it speaks of the attempt before
    assertThat(log.task("p").attempt()).isEqualTo(2);
    log.report(w1, "p", 2, TaskStatus.LOST);
    assertThat(log.task("p").status()).isEqualTo(TaskStatus.LOST);
  }

  @Test
  void givenAnUnknownWorker_whenATaskIsPinnedToIt_thenItIsNotFound() {
    assertRefused(log.submit("t", "nobody", 1), SwarmException.Kind.NOT_FOUND);
    assertThat(log.task("t")).isNull();
  }

  @Test
  void givenAKey_whenSubmittedAgain_thenItIsTheSameTask() {
    log.submit("t", null, 3);
    long digest = log.task("t").digest();
    assertThat(log.submit("t", null, 3)).isEmpty();
    assertThat(log.task("t").digest()).isEqualTo(digest);
    assertThat(log.state().taskCounts().total()).isEqualTo(1);
  }

  @Test
  void givenAKey_whenItAsksForOtherWork_thenItIsAConflict() {
    log.submit("t", null, 3);
    var other = new Command.SubmitTasks(List.of(Log.spec("t", null, 3, "something else")));
    assertRefused(log.apply(other), SwarmException.Kind.CONFLICT);
  }

  @Test
  void givenSubmissions_whenOneIsRefused_thenTheOthersTakeEffect() {
    var specs =
        List.of(
            Log.spec("a", null, 1, ""), Log.spec("b", "nobody", 1, ""), Log.spec("c", null, 1, ""));
    assertThat(log.apply(new Command.SubmitTasks(specs)))
        .extracting(Refusal::position)
        .containsExactly(1);
    assertThat(log.state().taskCounts().of(TaskStatus.PENDING)).isEqualTo(2);
  }

  private Task submitted(String task, String pinned, long epoch, String chosen) {
    log.apply(
        new Command.SubmitTasks(
            List.of(Log.spec(task, pinned, 3, "x")), epoch, List.of(Log.id(chosen))));
    return log.task(task);
  }

  @Test
  void givenAChosenWorker_whenSubmitted_thenTheTaskBeginsThere() {
    Task task = submitted("t", null, log.epoch(), "w1");
    assertThat(task.holder()).isEqualTo(Log.id("w1"));
    assertThat(task.attempt()).isEqualTo(1);
    assertThat(log.changes())
        .extracting(change -> ((Change.TaskChanged) change).givenTo())
        .containsExactly(Log.id("w1"));
    assertThat(log.state().pending()).isEmpty();
    assertThat(submitted("pinned", "w2", log.epoch(), "w1").holder()).isEqualTo(Log.id("w2"));
  }

  @Test
  void givenAChosenWorkerThatCannotTakeIt_whenSubmitted_thenTheTaskWaits() {
    assertThat(submitted("stranger", null, log.epoch(), "nobody").holder()).isNull();
    assertThat(submitted("epoch", null, log.epoch() + 1, "w1").holder()).isNull();
    log.apply(new Command.SetAvailability(Log.id("w2"), Availability.PAUSED, 1));
    assertThat(submitted("paused", null, log.epoch(), "w2").holder()).isNull();
    log.judge(w1, 1, DOWN);
    assertThat(submitted("down", null, log.epoch(), "w1").holder()).isNull();
    log.newLeader(2);
    assertThat(submitted("unknown", null, log.epoch(), "w2").holder()).isNull();
    assertThat(log.state().pending()).hasSize(5);
  }

  @Test
  void givenADownWorker_whenChosen_thenThePlacementIsRefused() {
    log.submit("t", null, 3);
    log.judge(w1, 1, DOWN);
    assertRefused(log.place("t", "w1"), SwarmException.Kind.CONFLICT);
    log.newLeader(2);
    assertRefused(log.place("t", "w2"), SwarmException.Kind.CONFLICT); // UNKNOWN is not UP
  }

  @Test
  void givenManyFinishedTasks_whenAboveTheLimit_thenTheOldestAreForgotten() {
    for (int i = 0; i < Limits.MAX_FINISHED_TASKS + 5; i++) {
      log.apply(new Command.SubmitTasks(List.of(Log.spec("t" + i, "w1", 1, "x"))));
      log.report(w1, "t" + i, 1, TaskStatus.COMPLETE);
    }
    assertThat(log.state().finished()).hasSize(Limits.MAX_FINISHED_TASKS);
    assertThat(log.task("t4")).isNull();
    assertThat(log.task("t5")).isNotNull();
    assertThat(log.state().payloadBytes()).isEqualTo(Limits.MAX_FINISHED_TASKS);
  }

  @Test
  void givenAFinishedTask_whenAnHourHasPassed_thenItIsForgotten() {
    log.submit("old", "w1", 1);
    log.report(w1, "old", 1, TaskStatus.COMPLETE); // at 4,000
    var now = Log.spec("new", null, 1, "x");
    var later =
        new TaskSpec(
            now.id(), now.key(), now.name(), now.kind(), now.payload(), null, 1, 3_604_001);
    log.apply(new Command.SubmitTasks(List.of(later)));
    assertThat(log.task("old")).isNull();
    assertThat(log.task("new")).isNotNull();
  }

  @Test
  void givenASubmissionAndItsCancellationInOneEntry_thenTheWorkerIsToldOfBoth() {
    log.apply(
        new Command.SubmitTasks(List.of(Log.spec("t", "w1", 1, "x"))),
        new Command.CancelTask(new TaskId("t"), 9));
    assertThat(log.changes())
        .extracting(change -> ((Change.TaskChanged) change).givenTo())
        .containsExactly(Log.id("w1"), Log.id("w1"));
  }
}
