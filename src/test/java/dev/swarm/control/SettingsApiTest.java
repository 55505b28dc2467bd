package dev.swarm.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.swarm.model.BatchSettings;
import dev.swarm.model.Command;
import dev.swarm.model.Settings;
import dev.swarm.model.SwarmException;
import io.vertx.core.json.JsonObject;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SettingsApiTest {
  private static final String PATH = "/api/v1/settings";

  private Door door;

  @BeforeEach
  void open() {
    door = Door.open();
  }

  @AfterEach
  void close() {
    door.close();
  }

  @Test
  void givenTheDefaults_whenAsked_thenTheyReadLikeTheConfiguration() {
    Door.Reply reply = door.get(PATH);

    assertThat(reply.header("ETag")).isEqualTo("\"1\"");
    assertThat(reply.json())
        .isEqualTo(
            new JsonObject(
                """
                {"version":1,
                 "heartbeat":{"period":"5s","jitter":"10%","ttlMultiplier":3,"failoverMultiplier":6,
                              "maxPerSecond":0},
                 "batch":{"maxDelay":"100ms","maxSize":100}}
                """));
  }

  @Test
  void givenOneKey_whenPut_thenTheOthersStay() {
    Door.Reply reply = door.put(PATH, "{\"heartbeat\":{\"period\":\"2s\",\"jitter\":\"20%\"}}");

    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.json().getLong("version")).isEqualTo(2);
    assertThat(reply.header("ETag")).isEqualTo("\"2\"");
    assertThat(reply.json().getJsonObject("heartbeat"))
        .isEqualTo(
            new JsonObject()
                .put("period", "2s")
                .put("jitter", "20%")
                .put("ttlMultiplier", 3)
                .put("failoverMultiplier", 6)
                .put("maxPerSecond", 0));
    assertThat(door.consensus.state().settings().batch()).isEqualTo(BatchSettings.DEFAULT);
  }

  @Test
  void givenACapOfBeats_whenPut_thenItIsAgreed_andWhatIsNoneIsRefused() {
    Door.Reply reply = door.put(PATH, "{\"heartbeat\":{\"maxPerSecond\":500}}");
    assertThat(reply.json().getJsonObject("heartbeat").getInteger("maxPerSecond")).isEqualTo(500);
    assertThat(door.consensus.state().settings().heartbeat().maxPerSecond()).isEqualTo(500);
    Door.Reply refused = door.put(PATH, "{\"heartbeat\":{\"maxPerSecond\":-1}}");
    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.json().getString("detail"))
        .isEqualTo("heartbeat.maxPerSecond: -1 is outside 0..1000000");
  }

  @Test
  void givenTheSameValues_whenPut_thenNothingIsWritten() {
    assertThat(door.put(PATH, "{\"batch\":{\"maxDelay\":\"100ms\"}}").json().getLong("version"))
        .isEqualTo(1);
    assertThat(door.consensus.written).isEmpty();
  }

  @Test
  void givenSeveralProblems_whenPut_thenAllAreNamedWithTheirPath() {
    Door.Reply reply =
        door.put(
            PATH,
            """
            {"heartbeat":{"jiter":"10%","period":5,"ttlMultiplier":"3"},"batch":7,"limits":{}}
            """);

    assertThat(reply.status()).isEqualTo(400);
    assertThat(reply.json().getString("detail").split("; "))
        .containsExactly(
            "heartbeat.jiter: unknown key, allowed are period, jitter, ttlMultiplier,"
                + " failoverMultiplier, maxPerSecond",
            "heartbeat.period: must be a duration like \"100ms\", \"5s\" or \"2m\"",
            "heartbeat.ttlMultiplier: must be a whole number",
            "batch: must be an object",
            "limits: unknown key, allowed are heartbeat, batch");
    assertThat(door.consensus.written).isEmpty();
  }

  @Test
  void givenValuesThatCannotBe_whenPut_thenTheRangeOrTheRuleIsNamed() {
    assertThat(door.put(PATH, "{\"batch\":{\"maxSize\":0}}").json().getString("detail"))
        .isEqualTo("batch.maxSize: 0 is outside 1..10000");
    assertThat(door.put(PATH, "{\"heartbeat\":{\"period\":\"24h\"}}").json().getString("detail"))
        .isEqualTo("heartbeat.period: 86400000 is outside 100..60000");
    assertThat(
            door.put(PATH, "{\"heartbeat\":{\"failoverMultiplier\":3}}").json().getString("detail"))
        .isEqualTo("heartbeat.failoverMultiplier: 3 must be greater than ttlMultiplier 3");
  }

  @Test
  void givenAnElectionThatWouldOutlastTheTtl_whenPut_thenRefused() {
    try (Door slow = new Door(6_000).withConsensus().begun()) {
      Door.Reply reply = slow.put(PATH, "{\"heartbeat\":{\"period\":\"1s\"}}");

      assertThat(reply.status()).isEqualTo(400);
      assertThat(reply.json().getString("detail")).contains("3000 ms must be at least 6000 ms");
      assertThat(slow.put(PATH, "{\"heartbeat\":{\"period\":\"2s\"}}").status()).isEqualTo(200);
    }
  }

  @Test
  void givenAnOlderVersion_whenNamedInHeaderOrBody_thenConflict() {
    door.put(PATH, "{\"batch\":{\"maxSize\":50}}");

    assertThat(door.put(PATH, "{\"batch\":{\"maxSize\":60}}", "If-Match", "\"1\"").status())
        .isEqualTo(409);
    JsonObject problem = door.put(PATH, "{\"version\":1,\"batch\":{\"maxSize\":60}}").json();
    assertThat(problem.getString("kind")).isEqualTo("CONFLICT");
    assertThat(problem.getString("detail")).isEqualTo("settings are at version 2, not 1");
    assertThat(door.consensus.state().settings().batch().maxSize()).isEqualTo(50);
    assertThat(door.put(PATH, "{\"version\":2,\"batch\":{\"maxSize\":60}}").status())
        .isEqualTo(200);
    assertThat(door.put(PATH, "{\"batch\":{\"maxSize\":70}}", "If-Match", "\"3\"").status())
        .isEqualTo(200);
  }

  @Test
  void givenVersionsThatAreNone_whenPut_thenBadRequest() {
    assertThat(door.put(PATH, "{\"version\":0}").status()).isEqualTo(400);
    assertThat(door.put(PATH, "{}", "If-Match", "W/\"x\"").status()).isEqualTo(400);
    assertThat(door.put(PATH, "{\"version\":1}", "If-Match", "2").json().getString("detail"))
        .isEqualTo("If-Match names version 2, the body 1");
  }

  @Test
  void givenAnotherChangeAtTheSameTime_whenPutWithoutVersion_thenBothTakeEffect() {
    AtomicInteger writes = new AtomicInteger();
    door.consensus.refuse.set(
        command -> {
          if (writes.getAndIncrement() == 0) {
            Settings other =
                new Settings(Settings.DEFAULT.heartbeat(), new BatchSettings(40, 4), 1);
            door.consensus.apply(new Command.ChangeSettings(other, 0));
          }
          return null;
        });

    Door.Reply reply = door.put(PATH, "{\"heartbeat\":{\"period\":\"3s\"}}");

    assertThat(reply.status()).isEqualTo(200);
    assertThat(writes).hasValue(2);
    assertThat(door.consensus.state().settings().heartbeat().periodMillis()).isEqualTo(3_000);
    assertThat(door.consensus.state().settings().batch()).isEqualTo(new BatchSettings(40, 4));
  }

  @Test
  void givenALeaderThatDiesAfterCommitting_whenTheWriteIsRepeated_thenItIsNotAConflict() {
    AtomicInteger lost = new AtomicInteger();
    door.consensus.forget.set(
        command ->
            lost.getAndIncrement() == 0
                ? new SwarmException(SwarmException.Kind.NO_LEADER, "gone")
                : null);

    Door.Reply reply = door.put(PATH, "{\"version\":1,\"batch\":{\"maxSize\":7}}");

    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.json().getLong("version")).isEqualTo(2);
    assertThat(door.consensus.written).hasSize(2);
  }

  @Test
  void givenTextThatIsNotJson_whenPut_thenLineAndColumnAreNamed() {
    assertThat(door.put(PATH, "{\n  \"batch\": oops}").json().getString("detail"))
        .startsWith("not JSON at line 2, column 17: Unrecognized token 'oops'");
    assertThat(door.put(PATH, "").json().getString("detail")).isEqualTo("the body is empty");
    assertThat(door.put(PATH, "[]").json().getString("detail")).isEqualTo("not a JSON object");
  }

  @Test
  void givenAnotherContentType_whenPut_thenRefused() {
    Door.Reply reply = door.send("PUT", PATH, "text/plain", "{}".getBytes());

    assertThat(reply.status()).isEqualTo(415);
    assertThat(reply.json().getString("kind")).isEqualTo("BAD_REQUEST");
    assertThat(door.send("PUT", PATH, null, "{}".getBytes()).status()).isEqualTo(415);
  }

  @Test
  void givenABodyOverTheLimit_whenPut_thenTooLarge() {
    Door.Reply reply = door.put(PATH, "{\"x\":\"" + "x".repeat(20_000) + "\"}");

    assertThat(reply.status()).isEqualTo(413);
    assertThat(reply.header("Content-Type")).isEqualTo("application/problem+json");
  }
}
