package dev.swarm.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.swarm.model.Bytes;
import dev.swarm.model.ClusterState;
import dev.swarm.model.Command;
import dev.swarm.model.Limits;
import dev.swarm.model.Report;
import dev.swarm.model.SessionRef;
import dev.swarm.model.SwarmException;
import dev.swarm.model.Task;
import dev.swarm.model.TaskId;
import dev.swarm.model.TaskSpec;
import dev.swarm.model.TaskStatus;
import dev.swarm.model.TimeSource;
import dev.swarm.model.WorkerId;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.handler.HttpException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TasksApiTest {
  private Door door;

  @BeforeEach
  void open() {
    door = Door.open();
  }

  @AfterEach
  void close() {
    door.close();
  }

  private Task task(String id) {
    return door.consensus.state().tasks().get(new TaskId(id));
  }

  private String submitted(String json) {
    Door.Reply reply = door.submit(json);
    assertThat(reply.status()).as(reply.text()).isEqualTo(202);
    return reply.json().getJsonArray("tasks").getJsonObject(0).getString("id");
  }

  private void finish(String id, String worker, String result) {
    Report report =
        new Report(
            new SessionRef(new WorkerId(worker), 1),
            new TaskId(id),
            1,
            TaskStatus.COMPLETE,
            "exit code 0",
            Bytes.wrap(result.getBytes(StandardCharsets.UTF_8)),
            Door.NOW_MILLIS + 2_000);
    door.apply(new Command.ReportTasks(List.of(report)));
  }

  @Test
  void givenOneTask_whenSubmitted_then202SaysWhatWasCommitted() {
    Door.Reply reply = door.submit("{\"name\":\"thumbs\",\"key\":\"k1\",\"maxAttempts\":5}");

    assertThat(reply.status()).isEqualTo(202);
    String id = TaskReader.idOf("k1").value();
    assertThat(reply.json())
        .isEqualTo(
            new JsonObject()
                .put("index", door.consensus.state().index())
                .put("accepted", 1)
                .put(
                    "tasks",
                    new JsonArray()
                        .add(new JsonObject().put("position", 0).put("id", id).put("key", "k1")))
                .put("refused", new JsonArray()));
    assertThat(task(id).spec().name()).isEqualTo("thumbs");
    assertThat(task(id).spec().kind()).isEqualTo("process");
    assertThat(task(id).spec().maxAttempts()).isEqualTo(5);
    assertThat(task(id).spec().submittedMillis()).isEqualTo(Door.NOW_MILLIS);
  }

  @Test
  void givenATask_whenListed_thenItHasTheShapeOfTheInterface() {
    door.join("w1", Map.of());
    String id = submitted("{\"name\":\"n\",\"worker\":\"w1\",\"key\":\"k\",\"kind\":\"discard\"}");
    long version = task(id).version();

    JsonObject line = door.get("/api/v1/tasks").array().getJsonObject(0);

    assertThat(line)
        .isEqualTo(
            new JsonObject()
                .put("id", id)
                .put("name", "n")
                .put("kind", "discard")
                .put("placement", new JsonObject().put("worker", "w1"))
                .put("worker", "w1")
                .put("attempt", 1)
                .put("desired", "COMPLETE")
                .put("status", "ASSIGNED")
                .put("message", "")
                .put("version", version)
                .put("submitted", "2027-01-15T08:00:00Z")
                .putNull("started")
                .putNull("finished"));
    JsonObject full = door.get("/api/v1/tasks/" + id).json();
    assertThat(full.getString("key")).isEqualTo("k");
    assertThat(full.getInteger("maxAttempts")).isEqualTo(3);
  }

  @Test
  void givenAKeyUsedBefore_whenSubmittedAgain_thenItIsTheSameTaskOrAConflict() {
    String first = submitted("{\"key\":\"k\",\"payload\":\"x\"}");

    assertThat(submitted("{\"key\":\"k\",\"payload\":\"x\"}")).isEqualTo(first);
    assertThat(door.consensus.state().tasks()).hasSize(1);
    Door.Reply other = door.submit("{\"key\":\"k\",\"payload\":\"y\"}");
    assertThat(other.status()).isEqualTo(409);
    assertThat(other.json().getString("kind")).isEqualTo("CONFLICT");
    assertThat(other.json().getJsonArray("refused").getJsonObject(0).getString("key"))
        .isEqualTo("k");
  }

  @Test
  void givenATaskWhoseRecordIsGone_whenSubmittedAgain_thenTheAnswerSaysThatItWasDone() {
    door.join("w1", Map.of());
    String json = "{\"key\":\"k\",\"worker\":\"w1\"}";
    String id = submitted(json);
    finish(id, "w1", "");
    TaskSpec later =
        new TaskSpec(
            TaskReader.idOf("l"),
            "l",
            "n",
            "discard",
            Bytes.EMPTY,
            null,
            1,
            Door.NOW_MILLIS + 2_001 + Limits.MAX_FINISHED_MILLIS);
    door.apply(new Command.SubmitTasks(List.of(later)));

    Door.Reply reply = door.submitMany(json, "{\"key\":\"new\"}");

    assertThat(reply.status()).isEqualTo(202);
    assertThat(reply.json().getInteger("accepted")).isEqualTo(2);
    assertThat(reply.json().getJsonArray("tasks"))
        .extracting(task -> ((JsonObject) task).getBoolean("forgotten"))
        .containsExactly(true, null);
    assertThat(task(id)).isNull();
    Door.Reply gone = door.get("/api/v1/tasks/" + id);
    assertThat(gone.status()).isEqualTo(404);
    assertThat(gone.json().getString("detail"))
        .isEqualTo("task " + id + " has finished, and its record is forgotten");
  }

  @Test
  void givenNoKey_whenSubmittedTwice_thenTheyAreTwoTasks() {
    assertThat(submitted("{}")).isNotEqualTo(submitted("{}"));
  }

  @Test
  void givenLinesOfWhichSomeAreBad_whenSubmitted_thenTheOthersAreCommitted() {
    door.join("w1", Map.of());

    Door.Reply reply =
        door.submitMany(
            "{\"key\":\"a\"}",
            "",
            "{\"key\":\"b\",\"worker\":\"w9\"}",
            "{\"key\":\"c\",",
            "{\"key\":\"d\",\"constraints\":[\"zone == a\"]}\r",
            "{\"key\":\"e\",\"worker\":\"w1\"}");

    assertThat(reply.status()).isEqualTo(202);
    assertThat(reply.json().getInteger("accepted")).isEqualTo(2);
    assertThat(reply.json().getJsonArray("tasks"))
        .extracting(task -> ((JsonObject) task).getInteger("position"))
        .containsExactly(0, 4);
    assertThat(reply.json().getJsonArray("refused"))
        .extracting(
            refused -> {
              JsonObject r = (JsonObject) refused;
              return r.getInteger("position")
                  + " "
                  + r.getString("key")
                  + " "
                  + r.getString("kind");
            })
        .containsExactlyInAnyOrder("1 b NOT_FOUND", "2 null BAD_REQUEST", "3 d BAD_REQUEST");
    assertThat(reply.text()).contains("no worker w9").contains("constraints: not possible in this");
    assertThat(door.consensus.state().tasks()).hasSize(2);
  }

  @Test
  void givenManyLines_whenSubmitted_thenTheyAreCommittedInBoundedPieces() {
    String[] lines =
        IntStream.range(0, 1_201).mapToObj(i -> "{\"key\":\"k" + i + "\"}").toArray(String[]::new);

    Door.Reply reply = door.submitMany(lines);

    assertThat(reply.json().getInteger("accepted")).isEqualTo(1_201);
    assertThat(door.consensus.state().tasks()).hasSize(1_201);
    assertThat(door.consensus.written)
        .extracting(command -> ((Command.SubmitTasks) command).specs().size())
        .containsExactly(500, 500, 201);
  }

  @Test
  void givenLargePayloads_whenSubmitted_thenNoPieceIsLargerThanAMessageMayBe() {
    String payload = "x".repeat(200_000);
    String[] lines =
        IntStream.range(0, 5)
            .mapToObj(i -> "{\"key\":\"k" + i + "\",\"payload\":\"" + payload + "\"}")
            .toArray(String[]::new);

    assertThat(door.submitMany(lines).json().getInteger("accepted")).isEqualTo(5);
    assertThat(door.consensus.written)
        .extracting(command -> ((Command.SubmitTasks) command).specs().size())
        .containsExactly(2, 2, 1);
  }

  @Test
  void givenALeaderLostHalfWay_whenSubmitted_thenTheProblemNamesWhatWasAccepted() {
    AtomicInteger writes = new AtomicInteger();
    door.consensus.refuse.set(
        command ->
            writes.getAndIncrement() == 0
                ? null
                : new SwarmException(SwarmException.Kind.OVERLOADED, "too much", 2_500));
    String[] lines =
        IntStream.range(0, 600).mapToObj(i -> "{\"key\":\"k" + i + "\"}").toArray(String[]::new);

    Door.Reply reply = door.submitMany(lines);

    assertThat(reply.status()).isEqualTo(429);
    assertThat(reply.header("Retry-After")).isEqualTo("3");
    assertThat(reply.json().getString("kind")).isEqualTo("OVERLOADED");
    assertThat(reply.json().getInteger("accepted")).isEqualTo(500);
    assertThat(reply.json().getJsonArray("tasks")).hasSize(500);
  }

  @Test
  void givenAShortElection_whenSubmitted_thenTheWriteIsTriedAgain() {
    AtomicInteger writes = new AtomicInteger();
    door.consensus.refuse.set(
        command ->
            switch (writes.getAndIncrement()) {
              case 0 -> new SwarmException(SwarmException.Kind.NO_LEADER, "electing");
              case 1 -> new SwarmException(SwarmException.Kind.NOT_LEADER, "was leader");
              default -> null;
            });

    submitted("{\"key\":\"k\"}");

    assertThat(writes).hasValue(3);
  }

  @Test
  void givenNoLeaderAtAll_whenSubmitted_then503AfterAWhile() {
    door.loseConsensus();
    long startNanos = System.nanoTime();

    Door.Reply reply = door.submit("{\"key\":\"k\"}");

    assertThat(reply.status()).isEqualTo(503);
    assertThat(reply.json().getString("kind")).isEqualTo("NO_LEADER");
    assertThat(reply.header("Retry-After")).isEqualTo("1");
    assertThat(System.nanoTime() - startNanos).isGreaterThan(2_500_000_000L);
  }

  @Test
  void givenALaggingFollower_whenSubmitted_thenTheAnswerWaitsUntilItIsReadableHere() {
    door.consensus.lagMillis = 400;

    String id = submitted("{\"key\":\"k\"}");

    assertThat(door.get("/api/v1/tasks/" + id).status()).isEqualTo(200);
  }

  @Test
  void givenAFarBehindFollower_whenSubmitted_thenTheAnswerDoesNotWaitForEver() {
    door.consensus.lagMillis = 60_000;

    long startNanos = System.nanoTime();

    String id = submitted("{\"key\":\"k\"}");

    assertThat(System.nanoTime() - startNanos).isGreaterThan(1_500_000_000L);
    assertThat(door.get("/api/v1/tasks/" + id).status()).isEqualTo(404);
  }

  @Test
  void givenBadTasks_whenSubmitted_thenEachProblemSaysWhatIsAllowed() {
    assertThat(problem("{\"nam\":\"x\"}"))
        .isEqualTo(
            "nam: unknown key, allowed are name, kind, payload, payloadBase64, worker, key,"
                + " maxAttempts");
    assertThat(problem("{\"slots\":2}")).startsWith("slots: not possible in this version");
    assertThat(problem("{\"payload\":7}"))
        .isEqualTo("payload: must be an object, an array or a text");
    assertThat(problem("{\"payload\":\"x\",\"payloadBase64\":\"eA==\"}"))
        .isEqualTo("payload and payloadBase64: only one of them is possible");
    assertThat(problem("{\"payloadBase64\":\"%\"}")).startsWith("payloadBase64: is not Base64");
    assertThat(problem("{\"maxAttempts\":0}")).isEqualTo("maxAttempts 0 is outside 1..100");
    assertThat(problem("{\"maxAttempts\":\"3\"}"))
        .startsWith("maxAttempts: must be a whole number");
    assertThat(problem("{\"key\":\"\"}")).isEqualTo("key: must not be empty");
    assertThat(problem("{\"key\":7}")).isEqualTo("key: must be a text");
    assertThat(problem("{\"kind\":\"No Kind\"}")).startsWith("task kind id 'No Kind' must match");
    assertThat(problem("{\"worker\":\"W 1\"}")).startsWith("worker id 'W 1' must match");
    assertThat(problem("{\"name\":")).startsWith("not JSON at line 1, column");
    assertThat(problem("")).isEqualTo("the body is empty");
    assertThat(door.submitMany("", " ").json().getString("detail"))
        .isEqualTo("no task in the body");
    assertThat(door.consensus.written).isEmpty();
  }

  private String problem(String json) {
    Door.Reply reply = door.submit(json);
    assertThat(reply.status()).isEqualTo(400);
    return reply.json().getString("detail");
  }

  @Test
  void givenAPayloadOverTheLimit_whenSubmitted_thenTheLimitIsNamed() {
    assertThat(problem("{\"payload\":\"" + "x".repeat(Limits.MAX_PAYLOAD_BYTES + 1) + "\"}"))
        .isEqualTo("task payload has 262145 bytes, more than the 262144 allowed");
    submitted("{\"payload\":\"" + "x".repeat(Limits.MAX_PAYLOAD_BYTES) + "\"}");
  }

  @Test
  void givenABodyOverTheLimit_whenSubmitted_thenTooLarge() {
    Door.Reply reply = door.submit("{\"name\":\"" + "x".repeat(TaskUpload.MAX_TASK_BYTES) + "\"}");

    assertThat(reply.status()).isEqualTo(413);
    assertThat(reply.json().getString("detail")).contains("2097152");
  }

  @Test
  void givenAnEndlessBody_whenSubmitted_thenTooLargeOnceItIs() {
    byte[] line = ("{\"name\":\"" + "x".repeat(1_000_000)).getBytes();
    String head = "POST /api/v1/tasks HTTP/1.1\r\nHost: m1\r\nContent-Type: application/json\r\n";
    StringBuilder chunks = new StringBuilder(head + "Transfer-Encoding: chunked\r\n\r\n");
    for (int i = 0; i < 3; i++) {
      chunks.append(Integer.toHexString(line.length)).append("\r\n");
      chunks.append(new String(line)).append("\r\n");
    }

    assertThat(door.raw(chunks.toString())).startsWith("HTTP/1.1 413").contains("2097152 bytes");
  }

  @Test
  void givenABodyAnnouncedAsTooLarge_whenSubmitted_thenRefusedBeforeItIsSent() {
    String answer =
        door.raw(
            "POST /api/v1/tasks HTTP/1.1\r\nHost: m1\r\nContent-Type: application/x-ndjson\r\n"
                + "Content-Length: 67108865\r\n\r\n");

    assertThat(answer).startsWith("HTTP/1.1 413").contains("67108864 bytes allowed");
  }

  @Test
  void givenMoreTasksThanOneRequestMayHave_whenRead_thenTooMany() {
    Submission submission =
        new Submission(
            new TaskReader(new Random(1), new TimeSource(() -> 0, () -> 0)),
            () -> ClusterState.EMPTY);
    Buffer task = Buffer.buffer("[]");
    for (int i = 0; i < Submission.MAX_TASKS; i++) submission.add(task);

    assertThatThrownBy(() -> submission.add(task))
        .isInstanceOfSatisfying(
            HttpException.class, tooMany -> assertThat(tooMany.getStatusCode()).isEqualTo(413));
  }

  @Test
  void givenLinesThatAreAllRefused_whenSubmitted_thenEachSaysWhy() {
    Door.Reply reply = door.submitMany("{\"slots\":1}", "[]");

    assertThat(reply.status()).isEqualTo(202);
    assertThat(reply.json().getInteger("accepted")).isZero();
    assertThat(reply.json().getJsonArray("refused")).hasSize(2);
    assertThat(door.consensus.written).isEmpty();
  }

  @Test
  void givenAnotherContentType_whenSubmitted_thenRefused() {
    Door.Reply reply =
        door.send("POST", "/api/v1/tasks", "application/x-www-form-urlencoded", "{}".getBytes());

    assertThat(reply.status()).isEqualTo(415);
    assertThat(reply.json().getString("detail"))
        .isEqualTo("the content type must be application/json or application/x-ndjson");
  }

  @Test
  void givenManyTasks_whenFiltered_thenStatusAndWorkerNarrowTheList() {
    door.join("w1", Map.of());
    String done = submitted("{\"key\":\"a\",\"worker\":\"w1\"}");
    String going = submitted("{\"key\":\"b\",\"worker\":\"w1\"}");
    String waiting = submitted("{\"key\":\"c\"}");
    finish(done, "w1", "out");

    assertThat(ids("?status=COMPLETE")).containsExactly(done);
    assertThat(ids("?worker=w1")).containsExactlyInAnyOrder(done, going);
    assertThat(ids("?worker=w1&status=assigned")).containsExactly(going);
    assertThat(ids("?status=PENDING&status=COMPLETE")).containsExactlyInAnyOrder(done, waiting);
    assertThat(ids("?limit=2")).hasSize(2);
    assertThat(ids("")).hasSize(3).isSorted();
    assertThat(ids("?after=" + ids("").get(1))).containsExactly(ids("").get(2));
  }

  private List<String> ids(String query) {
    return door.get("/api/v1/tasks" + query).array().stream()
        .map(task -> ((JsonObject) task).getString("id"))
        .toList();
  }

  @Test
  void givenAFinishedTask_whenItsResultIsAsked_thenItsBytesComeAsAFile() {
    door.join("w1", Map.of());
    String id = submitted("{\"key\":\"a\",\"worker\":\"w1\"}");

    Door.Reply early = door.get("/api/v1/tasks/" + id + "/result");
    assertThat(early.status()).isEqualTo(409);
    assertThat(early.json().getString("detail"))
        .isEqualTo("task " + id + " is ASSIGNED and has no result yet");

    finish(id, "w1", "<script>ü");
    Door.Reply result = door.get("/api/v1/tasks/" + id + "/result");
    assertThat(result.status()).isEqualTo(200);
    assertThat(result.text()).isEqualTo("<script>ü");
    assertThat(result.header("Content-Type")).isEqualTo("application/octet-stream");
    assertThat(result.header("Content-Disposition")).startsWith("attachment");
    assertThat(result.header("Swarm-Task-Status")).isEqualTo("COMPLETE");
    assertThat(door.get("/api/v1/tasks/" + id).json().getString("finished"))
        .isEqualTo("2027-01-15T08:00:02Z");
    assertThat(door.get("/api/v1/tasks/t-none/result").status()).isEqualTo(404);
  }

  @Test
  void givenATask_whenCancelled_thenItEndsAtOnceOrIsAskedTo() {
    door.join("w1", Map.of());
    String waiting = submitted("{\"key\":\"a\"}");
    String running = submitted("{\"key\":\"b\",\"worker\":\"w1\"}");
    String done = submitted("{\"key\":\"c\",\"worker\":\"w1\"}");
    finish(done, "w1", "out");

    assertThat(door.delete("/api/v1/tasks/" + waiting).json().getString("status"))
        .isEqualTo("CANCELLED");
    JsonObject asked = door.delete("/api/v1/tasks/" + running).json();
    assertThat(asked.getString("status")).isEqualTo("ASSIGNED");
    assertThat(asked.getString("desired")).isEqualTo("CANCELLED");
    assertThat(door.delete("/api/v1/tasks/" + done).status()).isEqualTo(409);
    assertThat(door.delete("/api/v1/tasks/t-none").status()).isEqualTo(404);
  }
}
