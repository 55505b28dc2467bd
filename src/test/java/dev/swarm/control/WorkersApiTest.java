package dev.swarm.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.swarm.model.Command;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WorkersApiTest {
  private Door door;

  @BeforeEach
  void open() {
    door = Door.open();
    door.join("w1", Map.of("zone", "a", "disk", "ssd"));
    door.join("w2", Map.of("zone", "b"));
    door.join("w3", Map.of("zone", "a"));
  }

  @AfterEach
  void close() {
    door.close();
  }

  private List<String> ids(String path) {
    List<String> ids = new ArrayList<>();
    door.get(path).array().forEach(item -> ids.add(((JsonObject) item).getString("id")));
    return ids;
  }

  @Test
  void givenAWorker_whenListed_thenItHasTheShapeOfTheInterface() {
    JsonObject worker = door.get("/api/v1/workers").array().getJsonObject(0);

    assertThat(worker)
        .isEqualTo(
            new JsonObject()
                .put("id", "w1")
                .put("status", "UP")
                .put("reason", "session opened")
                .put("since", "2027-01-15T08:00:00Z")
                .put("availability", "ACTIVE")
                .put("manager", "m1")
                .put("session", 1)
                .put("labels", new JsonObject().put("disk", "ssd").put("zone", "a"))
                .put("slots", 10)
                .put("tasks", 0)
                .putNull("version"));
    assertThat(worker.fieldNames())
        .containsExactly(
            "id",
            "status",
            "reason",
            "since",
            "availability",
            "manager",
            "session",
            "labels",
            "slots",
            "tasks",
            "version");
  }

  @Test
  void givenANewEpoch_whenListed_thenAllAreUnknownAndItSaysWhy() {
    door.apply(new Command.BeginEpoch(4, "m2", Door.NOW_MILLIS + 5_000));

    JsonObject worker = door.get("/api/v1/workers/w2").json();

    assertThat(worker.getString("status")).isEqualTo("UNKNOWN");
    assertThat(worker.getString("reason")).isEqualTo("not heard of since m2 leads");
    assertThat(worker.getString("since")).isEqualTo("2027-01-15T08:00:05Z");
    assertThat(ids("/api/v1/workers?status=up")).isEmpty();
    assertThat(ids("/api/v1/workers?status=down,unknown")).containsExactly("w1", "w2", "w3");
  }

  @Test
  void givenLabels_whenFiltered_thenAllMustMatch() {
    assertThat(ids("/api/v1/workers?label=zone==a")).containsExactly("w1", "w3");
    assertThat(ids("/api/v1/workers?label=zone==a&label=disk==ssd")).containsExactly("w1");
    assertThat(ids("/api/v1/workers?label=zone==c")).isEmpty();
  }

  @Test
  void givenAManager_whenFiltered_thenOnlyItsWorkersAreListed() {
    door.join("w0", "m2", Map.of());
    assertThat(ids("/api/v1/workers?manager=m2")).containsExactly("w0");
    assertThat(ids("/api/v1/workers?manager=m1&label=zone==a")).containsExactly("w1", "w3");
    assertThat(ids("/api/v1/workers?manager=m1,m2")).containsExactly("w0", "w1", "w2", "w3");
    assertThat(ids("/api/v1/workers?manager=m9")).isEmpty();
  }

  @Test
  void givenMoreThanAPage_whenThePagesAreFollowed_thenEachWorkerComesOnce() {
    Door.Reply first = door.get("/api/v1/workers?limit=2&status=UP");

    assertThat(first.array()).hasSize(2);
    assertThat(first.header("Link"))
        .isEqualTo("</api/v1/workers?limit=2&status=UP&after=w2>; rel=\"next\"");
    Door.Reply second = door.get("/api/v1/workers?limit=2&status=UP&after=w2");
    assertThat(second.array()).hasSize(1);
    assertThat(second.array().getJsonObject(0).getString("id")).isEqualTo("w3");
    assertThat(second.header("Link")).isNull();
  }

  @Test
  void givenAWrongFilter_whenListed_thenItSaysWhatIsAllowed() {
    assertThat(door.get("/api/v1/workers?zone=a").json().getString("detail"))
        .isEqualTo("?zone: unknown parameter, allowed are after, label, limit, manager, status");
    assertThat(door.get("/api/v1/workers?status=DEAD").json().getString("detail"))
        .isEqualTo("status 'DEAD' is none of UP, UNKNOWN, DOWN");
    assertThat(door.get("/api/v1/workers?label=zone").json().getString("detail"))
        .isEqualTo("?label=zone must look like key==value");
    assertThat(door.get("/api/v1/workers?limit=0").json().getString("detail"))
        .isEqualTo("?limit=0 is outside 1..10000");
    assertThat(door.get("/api/v1/workers?limit=10001").status()).isEqualTo(400);
    assertThat(door.get("/api/v1/workers?after=%20").status()).isEqualTo(400);
  }

  @Test
  void givenAnUnknownWorker_whenAsked_thenNotFound() {
    Door.Reply reply = door.get("/api/v1/workers/w9");

    assertThat(reply.status()).isEqualTo(404);
    assertThat(reply.json().getString("detail")).isEqualTo("no worker w9");
  }

  @Test
  void givenAWorker_whenPaused_thenTheAnswerAndLaterReadsShowIt() {
    Door.Reply reply = door.put("/api/v1/workers/w1/availability", "{\"availability\":\"paused\"}");

    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.json().getString("availability")).isEqualTo("PAUSED");
    assertThat(reply.json().getString("description")).isEqualTo("a worker");
    assertThat(door.get("/api/v1/workers/w1").json().getString("availability")).isEqualTo("PAUSED");
  }

  @Test
  void givenAWrongAvailability_whenPut_thenNothingIsCommitted() {
    assertThat(
            door.put("/api/v1/workers/w1/availability", "{\"availability\":\"OFF\"}")
                .json()
                .getString("detail"))
        .isEqualTo("availability 'OFF' is none of ACTIVE, PAUSED, DRAINED");
    assertThat(
            door.put("/api/v1/workers/w1/availability", "{\"avail\":\"PAUSED\"}")
                .json()
                .getString("detail"))
        .isEqualTo("avail: unknown key, allowed are availability");
    assertThat(
            door.put("/api/v1/workers/w9/availability", "{\"availability\":\"PAUSED\"}").status())
        .isEqualTo(404);
    assertThat(door.consensus.written).hasSize(1); // only the one for w9
  }
}
