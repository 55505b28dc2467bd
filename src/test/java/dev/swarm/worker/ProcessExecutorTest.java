package dev.swarm.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.swarm.model.Bytes;
import dev.swarm.model.Limits;
import dev.swarm.model.TaskId;
import dev.swarm.model.TaskStatus;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProcessExecutorTest {
  private final Vertx vertx = Vertx.vertx();

  @TempDir Path dir;
  private ProcessExecutor executor;
  private int runs;

  @BeforeEach
  void open() {
    executor = new ProcessExecutor(vertx, dir.resolve("run"));
  }

  @AfterEach
  void close() throws Exception {
    AgentStoreTest.get(executor.close());
    AgentStoreTest.get(vertx.close());
  }

  private TaskRun run(String payload) {
    Bytes bytes = Bytes.wrap(payload.getBytes(StandardCharsets.UTF_8));
    return new TaskRun("w1", new TaskId("t" + ++runs), 4, "a name", bytes);
  }

  private TaskRun command(String stdin, String... words) {
    JsonObject payload = new JsonObject().put("command", new JsonArray(List.of(words)));
    return run(payload.put("stdin", stdin).encode());
  }

  private TaskRun sh(String script) {
    return command("", "sh", "-c", script);
  }

  private TaskResult result(TaskRun run) throws Exception {
    return AgentStoreTest.get(executor.start(run));
  }

  private static String text(TaskResult result) {
    return new String(result.result().array(), StandardCharsets.UTF_8);
  }

  @Test
  void givenACommandThatReads_whenRun_thenItGetsItsInputAndItsOutputIsTheResult() throws Exception {
    TaskResult result = result(command("hello ä", "wc", "-c"));
    assertThat(result.status()).isEqualTo(TaskStatus.COMPLETE);
    assertThat(result.message()).isEqualTo("exit code 0");
    assertThat(text(result).trim()).isEqualTo("8");
  }

  @Test
  void givenACommandThatFails_whenRun_thenExitCodeAndBothOutputsAreThere() throws Exception {
    TaskResult result = result(sh("echo out; echo err >&2; exit 3"));
    assertThat(result.status()).isEqualTo(TaskStatus.FAILED);
    assertThat(result.message()).isEqualTo("exit code 3");
    assertThat(text(result)).isEqualTo("out\nerr\n");
  }

  @Test
  void givenArguments_whenRun_thenNoShellTouchesThem() throws Exception {
    assertThat(text(result(command("", "echo", "$HOME; *", "a  b")))).isEqualTo("$HOME; * a  b\n");
  }

  @Test
  void givenACommand_whenRun_thenItKnowsItsAttemptAndHasAnEmptyFolderOfItsOwn() throws Exception {
    TaskRun run = sh("echo $SWARM_WORKER $SWARM_TASK $SWARM_ATTEMPT; ls -a | wc -l; touch x; pwd");
    String[] lines = text(result(run)).split("\n");
    assertThat(lines[0]).isEqualTo("w1 " + run.task() + " 4");
    assertThat(lines[1].trim()).isEqualTo("2");
    assertThat(Path.of(lines[2])).startsWithRaw(dir).doesNotExist();
  }

  @Test
  void givenAProgramThatDoesNotExist_whenRun_thenItHasFailedAndSaysWhich() throws Exception {
    TaskResult result = result(command("", "no-such-program-here"));
    assertThat(result.status()).isEqualTo(TaskStatus.FAILED);
    assertThat(result.message()).contains("cannot run 'no-such-program-here'");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "nonsense | not a JSON object",
        "[1] | not a JSON object",
        "{} | command must be a list",
        "{\"command\":[]} | command must be a list",
        "{\"command\":\"ls\"} | command must be a list",
        "{\"command\":[1]} | texts only",
        "{\"command\":[\"\"]} | names no program",
        "{\"command\":[\"ls\"],\"stdin\":5} | stdin must be a text",
        "{\"comand\":[\"ls\"]} | unknown key 'comand'"
      })
  void givenABadPayload_whenStarted_thenItIsRejected(String payload, String why) throws Exception {
    TaskResult result = result(run(payload));
    assertThat(result.status()).isEqualTo(TaskStatus.REJECTED);
    assertThat(result.message()).contains(why);
  }

  @Test
  void givenMuchOutput_whenRun_thenItsEndIsKeptWithinTheLimit() throws Exception {
    TaskResult result =
        result(sh("i=0; yes 0123456789abcde | head -c 20000000; echo; echo the end"));
    assertThat(result.status()).isEqualTo(TaskStatus.COMPLETE);
    assertThat(result.result().size()).isBetween(OutputTail.MAX_BYTES, Limits.MAX_RESULT_BYTES - 1);
    assertThat(text(result)).endsWith("the end\n").startsWith("[");
    assertThat(text(result).lines().findFirst().orElseThrow()).matches("\\[\\d+ bytes cut]");
  }

  @Test
  void givenAProcessWithDescendants_whenStopped_thenAllOfThemEnd() throws Exception {
    Path pids = dir.resolve("pids");
    TaskRun run =
        sh("sh -c 'sleep 300 & echo $! >> " + pids + "; wait' & echo $! >> " + pids + "; wait");
    Future<TaskResult> future = executor.start(run);
    await().until(() -> Files.exists(pids) && Files.readAllLines(pids).size() == 2);
    executor.stop(run);
    assertThat(AgentStoreTest.get(future).status()).isEqualTo(TaskStatus.CANCELLED);
    for (String pid : Files.readAllLines(pids)) awaitGone(Long.parseLong(pid));
  }

  @Test
  void givenAProcessThatDoesNotWantToEnd_whenStopped_thenItIsKilledAfterTheGrace()
      throws Exception {
    Path pids = dir.resolve("pids");
    TaskRun run = sh("trap '' TERM; echo $$ > " + pids + "; while :; do sleep 0.1; done");
    Future<TaskResult> future = executor.start(run);
    await().until(() -> Files.exists(pids) && Files.readAllLines(pids).size() == 1);
    long before = System.nanoTime();
    executor.stop(run);
    assertThat(AgentStoreTest.get(future).message()).isEqualTo("exit code 137");
    assertThat(Duration.ofNanos(System.nanoTime() - before))
        .isBetween(Duration.ofMillis(1_900), Duration.ofSeconds(6));
    awaitGone(Long.parseLong(Files.readAllLines(pids).get(0)));
  }

  private static void awaitGone(long pid) {
    await().until(() -> ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isEmpty());
  }

  @Test
  void givenAProcessStoppedAtOnce_whenItsEndIsTold_thenItIsCancelled() throws Exception {
    TaskRun run = sh("sleep 300");
    Future<TaskResult> future = executor.start(run);
    executor.stop(run);
    assertThat(AgentStoreTest.get(future).status()).isEqualTo(TaskStatus.CANCELLED);
  }

  @Test
  void givenABackgroundProcessThatHoldsTheOutput_whenTheCommandEnds_thenSoDoesTheTask()
      throws Exception {
    long before = System.nanoTime();
    assertThat(text(result(sh("sleep 20 & echo done")))).isEqualTo("done\n");
    assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(10));
  }

  @Test
  void givenManyAtOnce_whenRun_thenEachHasItsOwnResult() throws Exception {
    List<Future<TaskResult>> results =
        IntStream.range(0, 50).mapToObj(i -> executor.start(sh("echo " + i))).toList();
    for (int i = 0; i < 50; i++) {
      assertThat(text(AgentStoreTest.get(results.get(i)))).isEqualTo(i + "\n");
    }
  }

  @Test
  void givenProcessesOfAKilledAgent_whenANewOneOpensTheFolder_thenTheyAreKilled() throws Exception {
    Path pids = dir.resolve("pids");
    executor.start(sh("echo $$ > " + pids + "; exec sleep 300"));
    await().until(() -> Files.exists(pids) && Files.readAllLines(pids).size() == 1);
    ProcessExecutor next = new ProcessExecutor(vertx, dir.resolve("run"));
    awaitGone(Long.parseLong(Files.readAllLines(pids).get(0)));
    AgentStoreTest.get(next.close());
  }
}
