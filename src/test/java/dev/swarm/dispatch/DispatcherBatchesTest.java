package dev.swarm.dispatch;

import static dev.swarm.dispatch.Given.W1;
import static dev.swarm.dispatch.Given.tasks;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.swarm.model.Command;
import dev.swarm.model.Command.CancelTask;
import dev.swarm.model.Command.SubmitTasks;
import dev.swarm.model.Limits;
import dev.swarm.model.TaskId;
import dev.swarm.model.WorkerId;
import dev.swarm.v1.Assignments;
import dev.swarm.v1.Hello;
import dev.swarm.v1.ManagerMessage.BodyCase;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What leaves at a worker's socket, and when. */
class DispatcherBatchesTest {
  private static final long MILLI = 1_000_000L;

  /** Two cores, shared: how late a timer may be. */
  private static final long SCHEDULING_MILLIS = 150;

  private DispatcherFixture fixture;

  @BeforeEach
  void start() throws Exception {
    fixture = new DispatcherFixture(DispatcherFixture.SETTINGS);
  }

  @AfterEach
  void stop() throws Exception {
    fixture.close();
  }

  @Test
  void givenTheBurstOfTheTalk_thenTheBatchesAtTheSocketAreThoseOfTheTalk() {
    FakeWorker worker = fixture.welcomed("w1");

    int sent = 0;
    for (int burst : List.of(12, 26, 32)) {
      fixture.managers.apply(tasks("t", sent, burst, W1));
      sent += burst;
      int soFar = sent;
      await().until(() -> changes(worker) == soFar);
    }
    fixture.managers.apply(tasks("t", sent, 242, W1));
    await().until(() -> changes(worker) == 12 + 26 + 32 + 242);
    fixture.managers.apply(tasks("t", sent + 242, 23, W1));
    await().until(() -> changes(worker) == 12 + 26 + 32 + 242 + 23);

    assertThat(worker.batchSizes()).containsExactly(12, 26, 32, 100, 100, 42, 23);
    assertThat(worker.assignments().stream().map(Assignments::getMore))
        .containsExactly(false, false, false, false, true, true, false, false);
    assertChain(worker);
    assertThat(fixture.count("swarm.dispatch.batches", "trigger", "size")).isEqualTo(2);
    assertThat(fixture.count("swarm.dispatch.batches", "trigger", "time")).isEqualTo(5);
    assertThat(fixture.gauge("swarm.dispatch.pending.changes")).isZero();
  }

  private static int changes(FakeWorker worker) {
    return worker.batchSizes().stream().mapToInt(Integer::intValue).sum();
  }

  private static void assertChain(FakeWorker worker) {
    long held = 0;
    for (Assignments batch : worker.assignments()) {
      assertThat(batch.getBase()).isEqualTo(held);
      if (!batch.getMore()) held = batch.getResult();
    }
  }

  @Test
  void givenOneChangeEvery50Millis_thenNoneWaitsLongerThan100() {
    FakeWorker worker = fixture.welcomed("w1");
    Map<String, Long> committed = new ConcurrentHashMap<>();
    AtomicInteger next = new AtomicInteger();
    long timer =
        fixture.vertx.setPeriodic(
            50,
            tick -> {
              int number = next.getAndIncrement();
              if (number >= 60) return;
              committed.put("t" + number, System.nanoTime());
              fixture.managers.apply(tasks("t", number, 1, W1));
            });
    await().until(() -> changes(worker) >= 60);
    fixture.vertx.cancelTimer(timer);

    for (FakeWorker.Received one : worker.received) {
      for (var task : one.message().getAssignments().getTasksList()) {
        long waited = (one.nanos() - committed.get(task.getId())) / MILLI;
        assertThat(waited).isLessThanOrEqualTo(100 + SCHEDULING_MILLIS);
      }
    }
    assertThat(worker.batchSizes().size()).isBetween(20, 61);
  }

  @Test
  void givenIdleSessions_thenNoTimerIsArmedForThem() {
    for (int i = 0; i < 50; i++) fixture.dial("w" + i, 5, 1);
    await().until(() -> fixture.gauge("swarm.sessions") == 50);
    assertThat(fixture.gauge("swarm.dispatch.batch.timers")).isZero();

    fixture.managers.apply(tasks("t", 0, 1, W1));
    await().until(() -> fixture.gauge("swarm.dispatch.batch.timers") == 1);
    await().until(() -> fixture.gauge("swarm.dispatch.batch.timers") == 0);
  }

  @Test
  void givenAWorkerThatHoldsAVersion_when10Of1000TasksChanged_then10AreSent() {
    FakeWorker before = fixture.welcomed("w1");
    fixture.managers.apply(tasks("t", 0, 1_000, W1));
    await().until(() -> changes(before) == 1_000);
    before.hangUp();
    await().until(() -> fixture.gauge("swarm.sessions") == 0);
    long held = before.assignments().get(before.assignments().size() - 1).getResult();
    for (int i = 0; i < 10; i++) {
      fixture.managers.apply(new CancelTask(new TaskId("t" + i), 1_000));
    }

    FakeWorker after = new FakeWorker("w1");
    Hello hello = after.hello(5, 2).setIncarnation(Given.INCARNATION).setVersion(held).build();
    DispatcherFixture.welcomed(fixture.dial(after, hello));

    assertThat(after.assignments()).hasSize(1);
    Assignments difference = after.assignments().get(0);
    assertThat(difference.getTasksCount()).isEqualTo(10);
    assertThat(difference.getTasksList()).allMatch(task -> task.getCancel());
    assertThat(difference.getBase()).isEqualTo(held);
    assertThat(difference.getComplete()).isFalse();
    assertThat(fixture.count("swarm.session.opens", "reason", "resumed")).isEqualTo(1);
  }

  @Test
  void givenAWorkerOfAnotherIncarnation_thenItIsToldTheCompleteSetInParts() {
    FakeWorker before = fixture.welcomed("w1");
    fixture.managers.apply(tasks("t", 0, 250, W1));
    await().until(() -> changes(before) == 250);

    FakeWorker after = new FakeWorker("w1");
    fixture.dial(after, after.hello(5, 2).setIncarnation(1).setVersion(2).build());
    await().until(() -> after.assignments().size() == 3);

    assertThat(after.assignments().stream().map(Assignments::getComplete))
        .containsExactly(true, false, false);
    assertThat(after.assignments().stream().map(Assignments::getMore))
        .containsExactly(true, true, false);
  }

  @Test
  void givenAGap_whenTheWorkerAsks_thenItIsToldTheCompleteSet() {
    FakeWorker worker = fixture.welcomed("w1");
    fixture.managers.apply(tasks("t", 0, 3, W1));
    await().until(() -> changes(worker) == 3);

    worker.resync();
    await().until(() -> worker.assignments().size() == 3);

    Assignments complete = worker.assignments().get(2);
    assertThat(complete.getComplete()).isTrue();
    assertThat(complete.getTasksCount()).isEqualTo(3);
  }

  @Test
  void givenOneWhoAsksAgainAndAgain_thenItIsToldAFewTimes_andCutOff() {
    FakeWorker worker = fixture.welcomed("w1");
    for (int i = 0; i < 100; i++) worker.resync();

    await().until(() -> worker.all(BodyCase.DISCONNECT).size() == 1);
    // A second's worth at once, and what it saved since its welcome or earned meanwhile.
    assertThat(worker.assignments().size()).isBetween(1 + 4, 40);
    assertThat(fixture.count("swarm.edge.refused", "port", "api", "reason", "messages"))
        .isEqualTo(1);
  }

  @Test
  void givenOneWhoSaysFarMoreThanAnAgentHasToSay_thenItIsCutOff() {
    FakeWorker worker = fixture.welcomed("w1");
    for (int i = 0; i < 200; i++) worker.sayUnknown(1_000_000);

    await().until(() -> worker.all(BodyCase.DISCONNECT).size() == 1);
    assertThat(fixture.count("swarm.edge.refused", "port", "api", "reason", "messages"))
        .isEqualTo(1);
  }

  @Test
  void givenAReplacedState_thenEachSessionIsToldWhatDiffersFromWhatItWasTold() {
    FakeWorker first = fixture.welcomed("w1");
    FakeWorker second = fixture.welcomed("w2");
    fixture.managers.apply(tasks("t", 0, 3, W1));
    await().until(() -> changes(first) == 3);

    fixture.managers.applySilently(tasks("u", 0, 5, W1));
    fixture.managers.publishReplaced();

    await().until(() -> changes(first) == 8);
    assertThat(first.batchSizes()).containsExactly(3, 5);
    assertChain(first);
    assertThat(second.batchSizes()).isEmpty();
  }

  @Test
  void givenAReaderThatStops_thenItsBacklogIsBoundedAndOthersAreServed() {
    FakeWorker slow = fixture.welcomed("w1");
    FakeWorker other = fixture.welcomed("w2");
    slow.pause();
    for (int i = 0; i < 40; i++) fixture.managers.apply(large("t" + i));
    await()
        .during(Duration.ofMillis(500))
        .until(() -> fixture.gauge("swarm.dispatch.pending.changes") > 0);
    for (int i = 0; i < 10_000; i += 100) {
      fixture.managers.apply(tasks("s" + i + "-", 0, 100, W1));
      assertThat(fixture.gauge("swarm.dispatch.pending.changes"))
          .isLessThanOrEqualTo(PendingChanges.MAX_GROWTH);
    }
    long asked = System.nanoTime();
    fixture.managers.apply(tasks("o", 0, 1, new WorkerId("w2")));
    await().until(() -> changes(other) == 1);
    assertThat((System.nanoTime() - asked) / MILLI).isLessThan(1_000);

    slow.resume();
    await().until(() -> known(slow).size() == 10_040);
    await().until(() -> fixture.gauge("swarm.dispatch.pending.changes") == 0);
    assertChain(slow);
  }

  private static Command large(String id) {
    return new SubmitTasks(List.of(Given.spec(id, W1, Limits.MAX_PAYLOAD_BYTES)));
  }

  private static Map<String, Long> known(FakeWorker worker) {
    Map<String, Long> known = new HashMap<>();
    for (Assignments batch : worker.assignments()) {
      if (batch.getComplete()) known.clear();
      batch.getTasksList().forEach(task -> known.put(task.getId(), task.getVersion()));
      batch.getRemovedList().forEach(known::remove);
    }
    return known;
  }

  @Test
  void givenTwoChangesOfATaskInAWindow_thenTheWorkerIsToldTheNewestOnly() {
    FakeWorker worker = fixture.welcomed("w1");

    fixture.managers.apply(tasks("t", 0, 1, W1), tasks("u", 0, 1, W1));
    fixture.managers.apply(new CancelTask(new TaskId("t0"), 1_000));
    await().until(() -> changes(worker) == 2);

    Assignments batch = worker.assignments().get(1);
    assertThat(batch.getTasksList())
        .anySatisfy(task -> assertThat(task.getCancel()).isTrue())
        .hasSize(2);
    assertThat(batch.getRemovedCount()).isZero();
  }
}
