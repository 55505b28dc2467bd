package dev.swarm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class TaskRunTest {
  private static final String POST = "POST /api/v1/tasks";
  private static final String ONE = "GET /api/v1/tasks/t-1";
  private static final String ALL = "GET /api/v1/tasks?limit=10000";
  private static final String RESULT = "GET /api/v1/tasks/t-1/result";

  private final FakeManager manager = new FakeManager();
  private final Cli cli = new Cli(manager);

  TaskRunTest() throws IOException {}

  @AfterEach
  void close() {
    manager.close();
  }

  private static String task(String id, String status, String message) {
    String worker = status.equals("PENDING") ? "null" : "\"w1\"";
    return "{\"id\":\"%s\",\"status\":\"%s\",\"worker\":%s,\"message\":\"%s\"}"
        .formatted(id, status, worker, message);
  }

  private static String accepted(String... ids) {
    var tasks = new JsonArray();
    for (String id : ids) tasks.add(new JsonObject().put("id", id));
    return Json.line(
        new JsonObject()
            .put("accepted", ids.length)
            .put("tasks", tasks)
            .put("refused", new JsonArray()));
  }

  private JsonObject sent(int request) {
    byte[] body = manager.asked().get(request).body().getBytes(StandardCharsets.UTF_8);
    return (JsonObject) Json.read(body);
  }

  @Nested
  class GivenATaskThatCompletes {
    GivenATaskThatCompletes() {
      manager
          .on(POST, 202, accepted("t-1"))
          .on(ONE, 200, task("t-1", "PENDING", ""))
          .on(ONE, 200, task("t-1", "RUNNING", ""))
          .on(ONE, 200, task("t-1", "COMPLETE", "exit code 0"))
          .on(RESULT, 200, "hello\n");
    }

    @Test
    void whenRun_thenItsResultIsDataAndItsProgressIsNot() {
      Cli.Ran ran = cli.run("task", "run", "--", "/bin/echo", "-n", "hello");
      assertThat(ran.out()).isEqualTo("hello\n");
      assertThat(ran.err())
          .isEqualTo(
              """
              t-1 PENDING
              t-1 RUNNING on w1
              t-1 COMPLETE on w1 after 0.1 s: exit code 0
              """);
      assertThat(ran.exit()).isZero();
    }

    @Test
    void whenRun_thenWhatIsSentHasACommandAndAKey() {
      cli.run("task", "run", "--worker", "w1", "--stdin", "in", "--", "/bin/echo", "-n", "hello");
      JsonObject sent = sent(0);
      assertThat(manager.asked().get(0).contentType()).isEqualTo("application/json");
      assertThat(sent.getString("key")).startsWith("cli-").hasSizeGreaterThan(20);
      sent.remove("key");
      assertThat(Json.line(sent))
          .isEqualTo(
              "{\"name\":\"echo\",\"kind\":\"process\",\"maxAttempts\":3,\"payload\":{\"command\":"
                  + "[\"/bin/echo\",\"-n\",\"hello\"],\"stdin\":\"in\"},\"worker\":\"w1\"}");
    }

    @Test
    void whenRunTwice_thenTheKeysDifferUnlessOneIsGiven() {
      cli.run("task", "run", "--detach", "--", "a");
      cli.run("task", "run", "--detach", "--", "a");
      assertThat(sent(0).getString("key")).isNotEqualTo(sent(1).getString("key"));
      cli.run(
          "task", "run", "--detach", "--key", "k", "--name", "n", "--max-attempts", "1", "--", "a");
      assertThat(sent(2).getString("key")).isEqualTo("k");
      assertThat(sent(2).getString("name")).isEqualTo("n");
      assertThat(sent(2).getInteger("maxAttempts")).isEqualTo(1);
    }

    @Test
    void whenRunForJson_thenTaskAndResultAreOneDocument() {
      Cli.Ran ran = cli.run("task", "run", "-o", "jsonl", "--", "a");
      assertThat(ran.out())
          .isEqualTo(
              "{\"id\":\"t-1\",\"status\":\"COMPLETE\",\"worker\":\"w1\",\"message\":\"exit code 0\","
                  + "\"result\":\"hello\\n\"}\n");
    }

    @Test
    void whenDetached_thenTheIdIsPrintedAndNobodyWaits() {
      Cli.Ran ran = cli.run("task", "run", "--detach", "-o", "name", "--", "a");
      assertThat(ran).isEqualTo(new Cli.Ran(0, "t-1\n", ""));
      assertThat(manager.askedFor()).containsExactly(POST);
      assertThat(cli.run("task", "run", "--detach", "--", "a").out()).isEqualTo("t-1\n");
    }

    @Test
    void whenTheKindIsAnother_thenThePayloadIsSentAsItIs(@TempDir Path dir) throws IOException {
      Path file = Files.writeString(dir.resolve("p"), "{\"a\":[1,2.5,null,true]}");
      cli.run("task", "run", "--detach", "--kind", "eventbus", "--payload", "@" + file);
      cli.run("task", "run", "--detach", "--kind", "eventbus", "--payload", "{plain");
      cli.run("task", "run", "--detach", "--kind", "discard");
      assertThat(Json.line(sent(0).getValue("payload"))).isEqualTo("{\"a\":[1,2.5,null,true]}");
      assertThat(sent(1).getValue("payload")).isEqualTo("{plain");
      assertThat(sent(2).fieldNames()).doesNotContain("payload");
    }
  }

  @Test
  void givenATaskThatFails_whenRun_thenItsOutputIsShownAndTheExitCodeSaysSo() {
    manager
        .on(POST, 202, accepted("t-1"))
        .on(ONE, 200, task("t-1", "FAILED", "exit code 3"))
        .on(RESULT, 200, "oops");
    Cli.Ran ran = cli.run("task", "run", "--", "false");
    assertThat(ran)
        .isEqualTo(new Cli.Ran(1, "oops", "t-1 FAILED on w1 after 0.0 s: exit code 3\n"));
  }

  @Test
  void givenATaskWithoutEnd_whenTheTimeIsUp_thenItSaysThatItGoesOn() {
    manager.on(POST, 202, accepted("t-1")).on(ONE, 200, task("t-1", "RUNNING", ""));
    Cli.Ran ran = cli.run("task", "run", "--timeout", "5s", "--", "sleep", "60");
    assertThat(ran.exit()).isEqualTo(6);
    assertThat(ran.err())
        .contains("error: task t-1 not finished after")
        .contains("hint: it goes on");
    assertThat(cli.waitedSeconds()).isBetween(5.0, 6.1);
    assertThat(manager.asked()).hasSizeLessThan(20);
  }

  @Test
  void givenAReplicaThatLagsBehind_whenRun_thenItIsAskedAgain() {
    manager
        .on(POST, 202, accepted("t-1"))
        .refuse(ONE, 404, "NOT_FOUND", "no task t-1")
        .on(ONE, 200, task("t-1", "COMPLETE", ""))
        .on(RESULT, 200, "");
    assertThat(cli.run("task", "run", "--", "true").exit()).isZero();
  }

  @Test
  void givenATaskThatIsForgotten_whenRun_thenItIsNotWaitedForForEver() {
    manager.on(POST, 202, accepted("t-1")).refuse(ONE, 404, "NOT_FOUND", "no task t-1");
    Cli.Ran ran = cli.run("task", "run", "--", "true");
    assertThat(ran.exit()).isEqualTo(3);
    assertThat(cli.waitedSeconds()).isBetween(3.0, 5.0);
  }

  @Test
  void givenAnElectionWhileWaiting_whenRun_thenWaitingGoesOn() {
    manager.on(POST, 202, accepted("t-1"));
    for (int i = 0; i < 20; i++) manager.refuse(ONE, 503, "NO_LEADER", "x");
    manager.on(ONE, 200, task("t-1", "COMPLETE", "")).on(RESULT, 200, "");
    assertThat(cli.run("task", "run", "--", "true").exit()).isZero();
    assertThat(cli.waitedSeconds()).isGreaterThan(3);
  }

  @Test
  void givenARefusal_whenRun_thenItsKindDecidesTheExitCode() {
    manager.refuse(POST, 409, "CONFLICT", "key k names another task");
    Cli.Ran ran = cli.run("task", "run", "--key", "k", "--", "true");
    assertThat(ran.exit()).isEqualTo(4);
    assertThat(ran.err()).startsWith("error: key k names another task");
  }

  @Test
  void givenAPayloadOverTheLimit_whenRun_thenNobodyIsAsked() {
    String large = "x".repeat(256 << 10);
    Cli.Ran ran = cli.run("task", "run", "--stdin", large, "--", "wc");
    assertThat(ran.exit()).isEqualTo(2);
    assertThat(ran.err()).contains("more than the 262144 allowed");
    assertThat(manager.asked()).isEmpty();
    manager.on(POST, 202, accepted("t-1"));
    assertThat(cli.run("task", "run", "--detach", "--kind", "eventbus", "--payload", large).exit())
        .isZero();
  }

  @Nested
  class GivenMany {

    @Test
    void whenAllComplete_thenASummaryIsPrinted() {
      manager
          .on(POST, 202, accepted("t-1", "t-2", "t-3"))
          .on(ALL, 200, "[" + task("t-1", "COMPLETE", "") + "," + task("x", "FAILED", "") + "]")
          .on(ALL, 200, "[" + done("t-1", "t-2", "t-3") + "]");
      Cli.Ran ran = cli.run("task", "run", "--count", "3", "--key", "k", "--", "true");
      assertThat(ran.out()).isEqualTo("tasks     3\nCOMPLETE  3\n");
      assertThat(ran.err()).startsWith("1 of 3 finished\n3 of 3 finished\n3 tasks in 0.");
      assertThat(ran.exit()).isZero();
      FakeManager.Asked post = manager.asked().get(0);
      assertThat(post.contentType()).isEqualTo("application/x-ndjson");
      assertThat(post.body().lines().map(line -> (JsonObject) Json.read(line.getBytes())))
          .extracting(task -> task.getString("key"))
          .containsExactly("k-1", "k-2", "k-3");
    }

    @Test
    void whenSomeFail_thenTheExitCodeSaysSo() {
      manager
          .on(POST, 202, accepted("t-1", "t-2"))
          .on(ALL, 200, "[" + done("t-1") + "," + task("t-2", "LOST", "") + "]");
      Cli.Ran ran = cli.run("task", "run", "--count", "2", "--", "true");
      assertThat(ran.exit()).isEqualTo(8);
      assertThat(ran.out()).isEqualTo("tasks     2\nCOMPLETE  1\nLOST      1\n");
    }

    @Test
    void whenSomeAreRefused_thenTheRestIsWaitedForAndTheExitCodeSaysSo() {
      manager
          .on(
              POST,
              202,
              "{\"tasks\":[{\"id\":\"t-1\"}],\"accepted\":1,\"refused\":[{\"position\":1,"
                  + "\"key\":\"k-2\",\"kind\":\"OVERLOADED\",\"message\":\"too much\"}]}")
          .on(ALL, 200, "[" + done("t-1") + "]");
      Cli.Ran ran = cli.run("task", "run", "--count", "2", "--", "true");
      assertThat(ran.exit()).isEqualTo(8);
      assertThat(ran.err()).contains("1 refused, the first: too much");
    }

    @Test
    void whenThereAreThousands_thenTheyAreSentInParts() {
      manager.on(POST, 202, accepted());
      cli.run("task", "run", "--count", "1200", "--detach", "--", "true");
      assertThat(manager.asked())
          .extracting(post -> post.body().lines().count())
          .containsExactly(500L, 500L, 200L);
    }

    @Test
    void whenOneIsForgottenBeforeItsEndIsSeen_thenItIsNotWaitedForForEver() {
      manager
          .on(POST, 202, accepted("t-1", "t-2"))
          .on(ALL, 200, "[" + task("t-1", "RUNNING", "") + "," + task("t-2", "RUNNING", "") + "]")
          .on(ALL, 200, "[" + done("t-1") + "]");
      Cli.Ran ran = cli.run("task", "run", "--count", "2", "--", "true");
      assertThat(ran.out()).isEqualTo("tasks      2\nCOMPLETE   1\nFORGOTTEN  1\n");
      assertThat(ran.exit()).isEqualTo(8);
      assertThat(cli.waitedSeconds()).as("a replica may lag").isBetween(3.0, 4.5);
    }

    private String done(String... ids) {
      return String.join(",", List.of(ids).stream().map(id -> task(id, "COMPLETE", "")).toList());
    }
  }

  @Nested
  class GivenTheBeginningOfAnId {

    @Test
    void whenItIsTheOnlyOne_thenItIsMeant() {
      manager
          .on(
              "GET /api/v1/tasks?after=t&limit=10",
              200,
              "[" + task("t-1", "RUNNING", "") + "," + task("u-1", "RUNNING", "") + "]")
          .on(ONE, 200, task("t-1", "COMPLETE", ""))
          .on(RESULT, 200, "bytes");
      assertThat(cli.run("task", "result", "t").out()).isEqualTo("bytes");
      assertThat(cli.run("task", "inspect", "t", "-o", "jsonl").out())
          .isEqualTo(task("t-1", "COMPLETE", "") + "\n");
    }

    @Test
    void whenItIsNotTheOnlyOne_thenTheCandidatesAreNamed() {
      manager.on(
          "GET /api/v1/tasks?after=t&limit=10",
          200,
          "[" + task("t-1", "RUNNING", "") + "," + task("t-2", "RUNNING", "") + "]");
      Cli.Ran ran = cli.run("task", "inspect", "t");
      assertThat(ran.exit()).isEqualTo(3);
      assertThat(ran.err())
          .isEqualTo("error: 't' may be more than one task\nhint: one of t-1, t-2\n");
    }

    @Test
    void whenThereIsNone_thenItIsNotFound() {
      manager.on("GET /api/v1/tasks?after=t&limit=10", 200, "[]");
      Cli.Ran ran = cli.run("task", "cancel", "t");
      assertThat(ran.exit()).isEqualTo(3);
      assertThat(ran.err()).startsWith("error: no task 't'");
    }
  }

  @Test
  void givenARunningTask_whenItsResultIsAsked_thenItIsNotThereYet() {
    manager.on(ONE, 200, task("t-1", "RUNNING", ""));
    Cli.Ran ran = cli.run("task", "result", "t-1");
    assertThat(ran.exit()).isEqualTo(4);
    assertThat(ran.err()).startsWith("error: task t-1 is RUNNING");
  }

  @Nested
  class GivenARunningTaskToCancel {
    private static final String DELETE = "DELETE /api/v1/tasks/t-1";

    GivenARunningTaskToCancel() {
      manager
          .on(ONE, 200, task("t-1", "RUNNING", ""))
          .on(ONE, 200, task("t-1", "RUNNING", ""))
          .on(ONE, 200, task("t-1", "CANCELLED", ""))
          .on(DELETE, 200, task("t-1", "RUNNING", ""));
    }

    @Test
    void whenCancelled_thenItIsWaitedFor() {
      Cli.Ran ran = cli.run("task", "cancel", "t-1", "--yes");
      assertThat(ran.exit()).isZero();
      assertThat(ran.out()).isEqualTo("t-1  CANCELLED\n");
      assertThat(ran.err()).startsWith("cancelling t-1\n");
    }

    @Test
    void whenDetached_thenNobodyWaits() {
      assertThat(cli.run("task", "cancel", "t-1", "-y", "--detach").out()).isEmpty();
      assertThat(manager.askedFor()).endsWith(DELETE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"y", " YES "})
    void whenAPersonAgrees_thenItIsCancelled(String answer) {
      Cli.Ran ran = cli.answering(answer).run("task", "cancel", "t-1");
      assertThat(ran.err()).startsWith("task t-1 (null, RUNNING on w1) will be stopped. Go on? ");
      assertThat(ran.exit()).isZero();
      assertThat(manager.askedFor()).contains(DELETE);
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", "n", "yesterday"})
    void whenAPersonDoesNot_thenNothingIsDone(String answer) {
      Cli.Ran ran = cli.answering(answer).run("task", "cancel", "t-1");
      assertThat(ran.exit()).isEqualTo(1);
      assertThat(ran.err()).contains("error: nothing was done");
      assertThat(manager.askedFor()).doesNotContain(DELETE);
    }

    @Test
    void whenNobodyCanBeAsked_thenItIsWrongUsage() {
      Cli.Ran ran = cli.run("task", "cancel", "t-1");
      assertThat(ran.exit()).isEqualTo(2);
      assertThat(ran.err()).contains("nobody is here to ask").contains("--yes");
      assertThat(manager.askedFor()).doesNotContain(DELETE);
    }
  }

  @Test
  void givenACompleteTask_whenCancelled_thenItSaysThatItIsTooLate() {
    manager.on(ONE, 200, task("t-1", "COMPLETE", ""));
    Cli.Ran ran = cli.run("task", "cancel", "t-1", "--yes");
    assertThat(ran.exit()).isEqualTo(4);
    assertThat(ran.err()).startsWith("error: task t-1 is COMPLETE already");
    assertThat(manager.askedFor()).containsExactly(ONE);
  }
}
