package dev.swarm.app;

import static dev.swarm.sim.FakeConsensus.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.swarm.bus.Endpoints;
import dev.swarm.bus.Messages.Write;
import dev.swarm.bus.SwarmBus;
import dev.swarm.cli.SwarmCommand;
import dev.swarm.config.WorkerConfig;
import dev.swarm.model.Bytes;
import dev.swarm.model.ClusterState;
import dev.swarm.model.Command;
import dev.swarm.model.SessionRef;
import dev.swarm.model.Task;
import dev.swarm.model.TaskId;
import dev.swarm.model.TaskSpec;
import dev.swarm.model.TaskStatus;
import dev.swarm.model.Worker;
import dev.swarm.model.WorkerId;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three managers and a worker that lives through what the managers do not. */
class BackupTest {
  private static final WorkerId W1 = new WorkerId("w1");

  @TempDir Path root;
  private Managers managers;

  /** What the worker was given to do, and has not been told the end of. */
  private final Map<String, Message<Buffer>> running = new ConcurrentHashMap<>();

  private final List<String> started = new CopyOnWriteArrayList<>();

  /** What a command printed, and its exit code. */
  private record Ran(int exit, String out, String err) {}

  @BeforeEach
  void threeManagersAndAWorker() {
    managers = new Managers(root, List.of("m1", "m2", "m3"));
    managers.startAll();
    managers.led(0);
    managers
        .vertx
        .eventBus()
        .<Buffer>consumer(
            "work",
            task -> {
              started.add(task.body().toString());
              running.put(task.body().toString(), task);
            });
    JsonObject config =
        new JsonObject()
            .put("id", "w1")
            .put("cluster", "demo")
            .put("slots", 10)
            .put("dataDir", root.resolve("w1").toString())
            .put(
                "managers",
                new JsonArray(List.of("m1", "m2", "m3").stream().map(managers::api).toList()))
            .put("executor", new JsonObject().put("kind", "eventbus").put("address", "work"));
    get(
        managers.vertx.deployVerticle(
            new WorkerVerticle(WorkerConfig.of(config), new SimpleMeterRegistry())));
    awaitUp("m1");
  }

  @AfterEach
  void close() {
    managers.close();
  }

  private Ran swarm(String... args) {
    var out = new ByteArrayOutputStream();
    var err = new ByteArrayOutputStream();
    int exit =
        SwarmCommand.run(
            args,
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            Map.of("SWARM_ENDPOINTS", managers.http("m2")));
    return new Ran(
        exit, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  private void awaitUp(String manager) {
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> managers.state(manager).workerCounts().up() == 1);
  }

  private void submit(String... ids) {
    List<TaskSpec> specs =
        Arrays.stream(ids)
            .map(
                id ->
                    new TaskSpec(
                        new TaskId(id),
                        id,
                        id,
                        "eventbus",
                        Bytes.wrap(id.getBytes(StandardCharsets.UTF_8)),
                        W1,
                        3,
                        1))
            .toList();
    get(write(new Command.SubmitTasks(specs)));
    await().until(() -> running.keySet().containsAll(List.of(ids)));
  }

  private Future<?> write(Command command) {
    return new SwarmBus(managers.vertx, "m1").request(Endpoints.WRITES, new Write(command, false));
  }

  private void finish(String id) {
    running.remove(id).reply(Buffer.buffer("done"));
  }

  private void awaitStatus(TaskStatus status, String id) {
    await()
        .atMost(Duration.ofSeconds(20))
        .until(
            () -> {
              Task task = managers.state("m1").tasks().get(new TaskId(id));
              return task != null && task.status() == status;
            });
  }

  @Test
  void givenASavedSnapshot_whenRestoredOnEveryManager_thenTheWorkerGoesOnInANewIncarnation()
      throws IOException {
    submit("before");
    awaitStatus(TaskStatus.RUNNING, "before");
    Path file = root.resolve("backup.snapshot");
    Ran saved = swarm("snapshot", "save", file.toString(), "-o", "json");
    assertThat(saved.exit()).as(saved.err()).isZero();
    JsonObject facts = new JsonObject(saved.out());
    assertThat(facts.getString("cluster")).isEqualTo("demo");
    submit("after");
    awaitStatus(TaskStatus.RUNNING, "after");
    ClusterState former = managers.state("m1");
    SessionRef oldSession = former.workers().get(W1).ref();
    managers.stopAll();
    finish("before"); // nobody hears of it yet: it is in the worker's outbox

    for (String id : List.of("m1", "m2", "m3")) {
      String conf = managers.file(id, "m1", "m2", "m3").toString();
      Ran refused = swarm("snapshot", "restore", file.toString(), "-conf", conf);
      assertThat(refused.exit()).isEqualTo(4);
      assertThat(refused.err()).contains("holds data of manager " + id, "--force");
      Ran restored = swarm("snapshot", "restore", file.toString(), "-conf", conf, "--force");
      assertThat(restored.exit()).as(restored.err()).isZero();
      assertThat(restored.err()).contains("what was there is in " + managers.folder(id));
    }
    managers.startAll();
    awaitUp("m1");

    awaitStatus(TaskStatus.COMPLETE, "before");
    ClusterState restored = managers.state("m1");
    assertThat(restored.cluster().name()).isEqualTo("demo");
    assertThat(restored.cluster().incarnation())
        .isNotZero()
        .isNotEqualTo(former.cluster().incarnation());
    assertThat(restored.settings()).isEqualTo(former.settings());
    assertThat(restored.managers().values())
        .usingRecursiveFieldByFieldElementComparatorIgnoringFields("nonce")
        .containsExactlyElementsOf(former.managers().values());
    assertThat(restored.tasks()).doesNotContainKey(new TaskId("after"));
    Worker worker = restored.workers().get(W1);
    assertThat(worker.session().number()).isGreaterThan(1L << 32);
    assertThat(worker.holds(oldSession)).isFalse();
    submit("later");
    finish("later");
    awaitStatus(TaskStatus.COMPLETE, "later");
    assertThat(started).containsExactly("before", "after", "later");
    await()
        .untilAsserted(
            () ->
                assertThat(List.of("m1", "m2", "m3"))
                    .extracting(id -> managers.state(id).digest())
                    .containsOnly(managers.state("m1").digest()));
    managers.stopAll();
    managers.startAll();
    assertThat(managers.led(restored.epoch().number()).cluster()).isEqualTo(restored.cluster());
  }

  @Test
  void givenOneSurvivorOfThree_whenRecovered_thenItGoesOnAloneFromItsLog() throws IOException {
    submit("done", "open");
    finish("done");
    awaitStatus(TaskStatus.COMPLETE, "done");
    awaitStatus(TaskStatus.RUNNING, "open");
    ClusterState former = managers.state("m1");
    String conf = managers.file("m1", "m1").toString();
    assertThat(swarm("manager", "recover", "--force", "--yes", "-conf", conf).err())
        .contains("is in use by another manager");
    managers.stopAll();

    Ran unforced = swarm("manager", "recover", "-conf", conf);
    assertThat(unforced.exit()).isEqualTo(2);
    assertThat(unforced.err()).contains("--force");
    Ran recovered = swarm("manager", "recover", "--force", "--yes", "-conf", conf);
    assertThat(recovered.exit()).as(recovered.err()).isZero();
    managers.start("m1", managers.config("m1", "demo", "m1"));
    awaitUp("m1");

    ClusterState state = managers.state("m1");
    assertThat(state.cluster().incarnation()).isNotEqualTo(former.cluster().incarnation());
    assertThat(state.managers().keySet()).containsExactly("m1");
    assertThat(state.tasks().get(new TaskId("done")).status()).isEqualTo(TaskStatus.COMPLETE);
    assertThat(state.workers().get(W1).session().number()).isGreaterThan(1L << 32);
    finish("open");
    awaitStatus(TaskStatus.COMPLETE, "open");
    assertThat(started).containsExactlyInAnyOrder("done", "open");

    // One of those given up comes back by mistake: it has no part in what began anew.
    managers.start("m2");
    await().until(() -> managers.state("m2").cluster().equals(former.cluster()));
    assertThat(managers.led(0, "m1").cluster()).isEqualTo(state.cluster());
  }
}
