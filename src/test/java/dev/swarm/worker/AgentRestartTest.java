package dev.swarm.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.swarm.model.Bytes;
import dev.swarm.model.TaskId;
import dev.swarm.model.TimeSource;
import dev.swarm.v1.TaskReport;
import dev.swarm.v1.TaskStatus;
import dev.swarm.v1.WorkerMessage.BodyCase;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An agent killed after each of its durable steps: the file is copied there, and opened again. */
class AgentRestartTest {
  private static final Work TASK =
      new Work(new TaskId("t1"), 3, "t1", "discard", Bytes.EMPTY, false, 9);

  private final Vertx vertx = Vertx.vertx();
  private final AgentConnections connections = AgentConnections.create(vertx);
  private final List<String> starts = new CopyOnWriteArrayList<>();

  @TempDir Path dir;
  private FakeManager manager;
  private AgentStore store;
  private String deployment;

  @BeforeEach
  void takeSteps() throws Exception {
    manager = FakeManager.start(vertx, "m1", new AtomicLong());
    AgentStore before = AgentStoreTest.get(AgentStore.open(vertx, dir.resolve("live")));
    AgentRecords records = before.records("w1");
    keep(
        records
            .step()
            .task(new TaskTable.Entry(TASK, TaskTable.State.ACCEPTED))
            .position(FakeManager.INCARNATION, 10),
        "accepted");
    keep(
        records
            .step()
            .progress(TASK, TaskTable.State.STARTED)
            .report(report(1, dev.swarm.model.TaskStatus.RUNNING)),
        "started");
    keep(
        records
            .step()
            .progress(TASK, TaskTable.State.DONE)
            .report(report(2, dev.swarm.model.TaskStatus.COMPLETE)),
        "done");
    keep(records.step().settled(1).settled(2), "settled");
    AgentStoreTest.get(before.close());
  }

  private static NumberedReport report(long number, dev.swarm.model.TaskStatus status) {
    return new NumberedReport(number, TASK.id(), TASK.attempt(), status, "", Bytes.EMPTY, 5);
  }

  private void keep(AgentRecords.Step step, String name) throws Exception {
    AgentStoreTest.get(step.write());
    Path copy = Files.createDirectories(dir.resolve(name));
    Files.copy(dir.resolve("live").resolve(AgentStore.FILE), copy.resolve(AgentStore.FILE));
  }

  private FakeManager.Stream restartAfter(String step) throws Exception {
    store = AgentStoreTest.get(AgentStore.open(vertx, dir.resolve(step)));
    AgentListener listener =
        new AgentListener() {
          @Override
          public void taskStarted(String agent, TaskId task, int attempt) {
            starts.add(task + "#" + attempt);
          }
        };
    deployment =
        AgentStoreTest.get(
            vertx.deployVerticle(
                new WorkerAgentVerticle(
                    new AgentOptions("w1", "", List.of(manager.address), Map.of(), 1, ""),
                    new AgentTimings(4_000, 200, 1_000),
                    store,
                    new DiscardExecutor(vertx, 0),
                    connections,
                    new TimeSource(System::nanoTime, System::currentTimeMillis),
                    new Random(1),
                    new SimpleMeterRegistry(),
                    listener)));
    await().until(() -> !manager.streams.isEmpty() && manager.last().session != 0);
    assertThat(manager.last().hello.getVersion()).isEqualTo(10);
    return manager.last();
  }

  private static List<TaskStatus> statuses(FakeManager.Stream stream) {
    return stream.reports().stream().map(TaskReport::getStatus).distinct().toList();
  }

  private static void awaitBeats(FakeManager.Stream stream, int count) {
    await().until(() -> stream.count(BodyCase.HEARTBEAT) >= count);
  }

  @AfterEach
  void close() throws Exception {
    AgentStoreTest.get(vertx.undeploy(deployment));
    AgentStoreTest.get(store.close());
    AgentStoreTest.get(vertx.close());
  }

  @Test
  void givenATaskAccepted_whenRestarted_thenItRuns() throws Exception {
    FakeManager.Stream stream = restartAfter("accepted");
    await().until(() -> statuses(stream).contains(TaskStatus.TASK_STATUS_COMPLETE));
    assertThat(starts).containsExactly("t1#3");
  }

  @Test
  void givenATaskStarted_whenRestarted_thenItIsLostAndNeverRunAgain() throws Exception {
    FakeManager.Stream stream = restartAfter("started");
    await().until(() -> statuses(stream).contains(TaskStatus.TASK_STATUS_LOST));
    assertThat(statuses(stream))
        .containsExactly(TaskStatus.TASK_STATUS_RUNNING, TaskStatus.TASK_STATUS_LOST);
    assertThat(stream.reports().get(1).getMessage()).contains("agent restarted");
    awaitBeats(stream, 8);
    assertThat(starts).isEmpty();
  }

  @Test
  void givenATaskDone_whenRestarted_thenItsReportsAreOfferedAgain() throws Exception {
    FakeManager.Stream stream = restartAfter("done");
    await().until(() -> stream.reports().size() >= 2);
    assertThat(stream.reports().get(1).getStatus()).isEqualTo(TaskStatus.TASK_STATUS_COMPLETE);
    assertThat(stream.reports().get(1).getNumber()).isEqualTo(2);
    awaitBeats(stream, 8);
    assertThat(starts).isEmpty();
  }

  @Test
  void givenItsReportsSettled_whenRestarted_thenNothingIsSaidOrRun() throws Exception {
    FakeManager.Stream stream = restartAfter("settled");
    awaitBeats(stream, 8);
    assertThat(stream.reports()).isEmpty();
    assertThat(starts).isEmpty();
  }
}
