package dev.swarm.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What a submission means that comes again when the record of its task is gone. */
class ForgottenTasksTest {
  private static final long HOUR = 3_600_000;
  private static final long START = 10 * HOUR;

  private final Log log = Log.begun();
  private final SessionRef worker = log.up("w1");

  private static TaskSpec spec(String task, long atMillis) {
    TaskSpec spec = Log.spec(task, "w1", 1, "x");
    return new TaskSpec(
        spec.id(),
        spec.key(),
        spec.name(),
        spec.kind(),
        spec.payload(),
        spec.pinned(),
        1,
        atMillis);
  }

  private static Command submission(long atMillis, String... tasks) {
    return new Command.SubmitTasks(
        List.of(tasks).stream().map(task -> spec(task, atMillis)).toList());
  }

  private Command completion(long atMillis, String... tasks) {
    return new Command.ReportTasks(
        List.of(tasks).stream()
            .map(
                task ->
                    new Report(
                        worker,
                        new TaskId(task),
                        1,
                        TaskStatus.COMPLETE,
                        "",
                        Bytes.EMPTY,
                        atMillis))
            .toList());
  }

  /** Tasks that are submitted and done at this moment. */
  private void work(long atMillis, String... tasks) {
    log.apply(submission(atMillis, tasks), completion(atMillis, tasks));
  }

  private static String[] names(String prefix, int count) {
    return IntStream.range(0, count).mapToObj(i -> prefix + i).toArray(String[]::new);
  }

  @Test
  void givenMoreTasksDoneThanAreKept_whenTheFirstIsSubmittedAgain_thenItCountsOnce() {
    work(START, "first");
    work(START + 100_000, names("t", Limits.MAX_FINISHED_TASKS + 1));
    assertThat(log.task("first")).isNull();
    long digest = log.state().digest();
    assertThat(log.apply(submission(START + 100_001, "first"))).isEmpty();
    assertThat(log.changes()).isEmpty();
    assertThat(log.task("first")).isNull();
    assertThat(log.state().digest()).isEqualTo(digest);
  }

  @Test
  void givenATaskThatIsForgotten_whenSubmittedAgainWithinTwoHours_thenItCountsOnce() {
    work(START, "first");
    log.apply(submission(START + HOUR + 1, "other"));
    assertThat(log.task("first")).isNull();
    assertThat(log.apply(submission(START + 2 * HOUR, "first", "new"))).isEmpty();
    assertThat(log.task("first")).isNull();
    assertThat(log.task("new")).isNotNull();
  }

  @Test
  void givenATaskThatIsForgotten_whenSubmittedAgainAfterMoreThanTwoHours_thenItIsANewOne() {
    work(START, "first");
    log.apply(submission(START + HOUR + 1, "other"));
    long after = START + 2 * HOUR + ForgottenTasks.SPAN_MILLIS + 1;
    log.apply(submission(after, "first"));
    assertThat(log.task("first").spec().submittedMillis()).isEqualTo(after);
    assertThat(log.state().forgotten()).isEqualTo(ForgottenTasks.NONE);
  }

  @Test
  void givenATaskThatMadeRoomForPayloads_whenSubmittedAgain_thenItCountsOnce() {
    Bytes large = Bytes.wrap(new byte[Limits.MAX_PAYLOAD_BYTES]);
    int count = (int) (Limits.MAX_HELD_PAYLOAD_BYTES / Limits.MAX_PAYLOAD_BYTES);
    work(START, "first");
    for (int i = 0; i < count; i++) {
      TaskSpec spec = spec("large" + i, START);
      log.apply(
          new Command.SubmitTasks(
              List.of(
                  new TaskSpec(
                      spec.id(), spec.key(), spec.name(), spec.kind(), large, null, 1, START))));
    }
    assertThat(log.task("first")).isNull();
    log.apply(submission(START, "first"));
    assertThat(log.task("first")).isNull();
    assertThat(log.state().taskCounts().total()).isEqualTo(count);
  }

  @Test
  void givenAnEntryOfAnEarlierProgram_whenItForgetsATask_thenNothingIsRemembered() {
    Log first = Log.begun(Rules.FIRST);
    assertThat(first.up("w1")).isEqualTo(worker);
    first.apply(submission(START, "first"), completion(START, "first"));
    assertThat(first.task("first").status()).isEqualTo(TaskStatus.COMPLETE);
    first.apply(submission(START + HOUR + 1, "other"), submission(START + HOUR + 2, "first"));
    assertThat(first.state().forgotten()).isEqualTo(ForgottenTasks.NONE);
    assertThat(first.task("first").status().finished()).as("it runs again").isFalse();
  }

  @Test
  void givenTasksThatComeAndGo_whenReplayedAndRestoredAtEveryIndex_thenTheStatesAreEqual() {
    ClusterState restored = log.state();
    SplittableRandom random = new SplittableRandom(1);
    long now = START;
    for (int i = 0; i < 300; i++) {
      now += random.nextInt(120_000);
      work(now, names("t" + random.nextInt(40) + "-", 1 + random.nextInt(4)));
      List<Command> entry = log.entries().get(log.entries().size() - 1);
      restored = restored.apply(restored.index() + 1, entry).state();
      assertThat(restored).isEqualTo(log.state());
      restored = restored.records().toState();
      assertThat(restored).isEqualTo(log.state());
    }
    assertThat(log.state().forgotten().size()).isPositive();
  }

  @Test
  void givenNoneLeft_thenTheDigestIsThatOfAStateThatNeverHadAny() {
    ForgottenTasks one = ForgottenTasks.NONE.plus(new TaskId("t"), START);
    assertThat(one.digest()).isNotZero();
    ForgottenTasks none = one.at(START + 3 * HOUR);
    assertThat(none.digest()).isZero();
    assertThat(none).isEqualTo(ForgottenTasks.NONE);
  }

  @Test
  void givenMoreThanAreRemembered_whenLookedFor_thenTheOldestAreGoneAndPartsAreSmall() {
    ForgottenTasks some = ForgottenTasks.NONE;
    for (int i = 0; i <= Limits.MAX_FORGOTTEN_TASKS; i++) {
      some = some.plus(new TaskId("t" + i), START + i);
    }
    assertThat(some.size())
        .isBetween(
            Limits.MAX_FORGOTTEN_TASKS - ForgottenTasks.MAX_BLOCK, Limits.MAX_FORGOTTEN_TASKS);
    assertThat(some.has(new TaskId("t0"))).isFalse();
    for (int i = ForgottenTasks.MAX_BLOCK; i <= Limits.MAX_FORGOTTEN_TASKS; i++) {
      assertThat(some.has(new TaskId("t" + i))).isTrue();
    }
    assertThat(some.parts()).allMatch(part -> part.ids().size() <= ForgottenTasks.MAX_BLOCK);
    assertThat(ForgottenTasks.of(some.parts())).isEqualTo(some);
  }

  @Test
  void givenTheMostThatMayBe_whenEachIsRememberedAndLookedFor_thenItTakesMicroseconds() {
    ForgottenTasks some = ForgottenTasks.NONE;
    int count = 2 * Limits.MAX_FORGOTTEN_TASKS;
    long start = System.nanoTime();
    for (int i = 0; i < count; i++) {
      TaskId id = new TaskId("t" + i);
      if (!some.has(id)) some = some.plus(id, START + i);
    }
    long each = (System.nanoTime() - start) / count;
    assertThat(each).as("nanoseconds").isLessThan(50_000);
  }
}
