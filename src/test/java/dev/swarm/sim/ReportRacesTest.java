package dev.swarm.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.swarm.bus.Messages.StateNews;
import dev.swarm.dispatch.SimReports;
import dev.swarm.model.Bytes;
import dev.swarm.model.Change;
import dev.swarm.model.Command;
import dev.swarm.model.Report;
import dev.swarm.model.TaskId;
import dev.swarm.model.TaskSpec;
import dev.swarm.model.TaskStatus;
import dev.swarm.worker.SimOutbox;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Reports sent to a leader that dies: whatever became of them, each counts once and is settled. */
class ReportRacesTest {
  private static final String SEED = "seed {0}";
  private static final int TASKS = 20;
  private static final double RELAY_MILLIS = 100;

  private final SimReports reports = new SimReports();
  private final SimOutbox outbox = new SimOutbox();
  private final List<TaskId> completions = new ArrayList<>();
  private Fleet fleet;
  private SimWorker worker;

  /** A worker that has done its tasks and has told its manager. */
  private void given(long seed) {
    fleet = new Fleet(seed, 3, 10).settled();
    worker = fleet.workers.get(0);
    fleet.log.write(
        new Command.SubmitTasks(IntStream.range(0, TASKS).mapToObj(this::spec).toList()));
    fleet.log.subscribe(this::onNews);
    IntStream.range(0, TASKS).forEach(i -> outbox.completed(new TaskId("t" + i)));
    outbox.offerNew(this::offer);
  }

  private TaskSpec spec(int i) {
    return new TaskSpec(
        new TaskId("t" + i), "k" + i, "n", "discard", Bytes.EMPTY, worker.id, 3, 1_000);
  }

  private void offer(long number, TaskId task) {
    reports.offer(
        number, new Report(worker.session(), task, 1, TaskStatus.COMPLETE, "", Bytes.EMPTY, 1_000));
  }

  private void onNews(StateNews news) {
    for (Change change : news.changes()) {
      if (change instanceof Change.EpochBegan) fleet.time.in(2, reports::newLeader);
      if (change instanceof Change.TaskChanged task && task.after().status() == TaskStatus.COMPLETE)
        completions.add(task.after().id());
    }
  }

  private void relay() {
    if (fleet.leader != null && fleet.leader.ready()) {
      SimReports.Sent sent = reports.send();
      if (sent != null) {
        fleet.leader.reports(sent.reports(), outcome -> reports.answered(sent, outcome));
      }
    }
    long settled = reports.tell();
    if (settled > 0) fleet.time.in(1, () -> outbox.settledUpTo(settled));
    fleet.time.in(RELAY_MILLIS, this::relay);
  }

  private void period() {
    outbox.offerAgain(this::offer);
    fleet.time.in(fleet.periodMillis(), this::period);
  }

  private void assertEachCountsOnceAndIsSettled() {
    assertThat(completions).hasSize(TASKS).doesNotHaveDuplicates();
    assertThat(outbox.size()).as("unsettled").isZero();
  }

  private void whenTheLeaderIsToldAndDies() {
    relay();
    period();
    fleet.time.pass(50);
    assertThat(outbox.size()).isEqualTo(TASKS);
    fleet.changeLeader();
  }

  @ParameterizedTest(name = SEED)
  @ValueSource(longs = {1, 2, 3})
  void givenALeaderThatDiesWithReports_whenItsTailIsLost_thenTheNextOneIsSentThem(long seed) {
    given(seed);
    fleet.log.stuck = command -> command instanceof Command.ReportTasks;
    whenTheLeaderIsToldAndDies();
    fleet.log.loseTail();
    fleet.log.stuck = command -> false;
    assertThat(completions).isEmpty();
    while (fleet.leader == null || !fleet.leader.ready()) fleet.time.pass(1);
    fleet.time.pass(500); // far less than the period after which the worker offers them again
    assertEachCountsOnceAndIsSettled();
  }

  @ParameterizedTest(name = SEED)
  @ValueSource(longs = {1, 2, 3})
  void givenALeaderThatDiesWithReports_whenTheyAreCommittedUntold_thenSendingThemAgainIsHarmless(
      long seed) {
    given(seed);
    fleet.log.loseAnswer = command -> command instanceof Command.ReportTasks;
    whenTheLeaderIsToldAndDies();
    fleet.log.loseAnswer = command -> false;
    assertThat(completions).hasSize(TASKS);
    fleet.time.pass(20_000);
    assertThat(fleet.log.entries(Command.ReportTasks.class)).isGreaterThan(1);
    assertEachCountsOnceAndIsSettled();
  }

  @ParameterizedTest(name = SEED)
  @ValueSource(longs = {1, 2, 3})
  void givenALeaderThatDiesWithReports_whenItsTailCommitsAfterTheNextOnes_thenItChangesNothing(
      long seed) {
    given(seed);
    fleet.log.stuck = command -> command instanceof Command.ReportTasks;
    whenTheLeaderIsToldAndDies();
    fleet.log.stuck = command -> false;
    fleet.time.pass(10_000);
    fleet.log.commitTail();
    fleet.time.pass(10_000);
    assertEachCountsOnceAndIsSettled();
  }
}
