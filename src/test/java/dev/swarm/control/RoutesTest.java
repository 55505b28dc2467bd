package dev.swarm.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.swarm.bus.EventKind;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class RoutesTest {
  private static Door door;

  @BeforeAll
  static void open() {
    door = Door.open();
  }

  @AfterAll
  static void close() {
    door.close();
  }

  @Test
  void givenTheDescription_whenCompared_thenItListsExactlyWhatIsAnswered() {
    JsonObject paths = door.get("/api/v1/openapi.json").json().getJsonObject("paths");
    List<String> described = new ArrayList<>();
    for (String path : paths.fieldNames()) {
      for (String key : paths.getJsonObject(path).fieldNames()) {
        if (!key.equals("parameters")) described.add(key.toUpperCase() + " " + path);
      }
    }
    List<String> answered =
        door.get("/").text().lines().filter(line -> line.contains(" /")).toList();

    assertThat(described).containsExactlyInAnyOrderElementsOf(answered);
    assertThat(answered).hasSizeGreaterThan(15);
  }

  @Test
  void givenTheDescription_whenItRefersToAPart_thenThePartIsThere() {
    JsonObject description = door.get("/api/v1/openapi.json").json();
    List<String> dangling = new ArrayList<>();
    java.util.regex.Pattern.compile("\"#/(components/[^\"]+)\"")
        .matcher(description.encode())
        .results()
        .map(found -> found.group(1))
        .forEach(
            path -> {
              JsonObject at = description;
              for (String step : path.split("/")) at = at == null ? null : at.getJsonObject(step);
              if (at == null) dangling.add(path);
            });

    assertThat(dangling).isEmpty();
  }

  @Test
  void givenTheDescription_whenComparedWithTheKindsOfEvents_thenItListsThemAll() {
    JsonObject event =
        door.get("/api/v1/openapi.json")
            .json()
            .getJsonObject("components")
            .getJsonObject("schemas")
            .getJsonObject("Event");
    assertThat(event.getJsonObject("properties").getJsonObject("kind").getJsonArray("enum"))
        .map(Object::toString)
        .isEqualTo(Arrays.stream(EventKind.values()).map(EventKind::toString).toList());
  }

  @Test
  void givenTheRoot_whenAsked_thenItSaysWhatThisIs() {
    assertThat(door.get("/").text()).startsWith("Swarm 1.2.3, manager m1 of cluster demo");
  }

  @Test
  void givenAnUnknownPath_whenAsked_thenAProblemNamesIt() {
    Door.Reply reply = door.get("/api/v1/nothing");

    assertThat(reply.status()).isEqualTo(404);
    assertThat(reply.header("Content-Type")).isEqualTo("application/problem+json");
    assertThat(reply.json().getMap())
        .containsEntry("type", "urn:swarm:problem:not-found")
        .containsEntry("title", "Not Found")
        .containsEntry("status", 404)
        .containsEntry("kind", "NOT_FOUND")
        .containsEntry("detail", "nothing is at /api/v1/nothing");
  }

  @Test
  void givenAWrongMethod_whenAsked_thenTheRightOnesAreNamed() {
    Door.Reply reply = door.send("PATCH", "/api/v1/settings", "application/json", new byte[0]);

    assertThat(reply.status()).isEqualTo(405);
    assertThat(reply.header("Allow")).isEqualTo("GET, PUT");
    assertThat(reply.json().getString("detail"))
        .isEqualTo("PATCH is not possible here, only GET, PUT");
  }

  @Test
  void givenAnyAnswer_whenReadByAForeignPage_thenNothingInvitesIt() {
    Door.Reply reply =
        door.send("GET", "/api/v1/settings", null, null, "Origin", "http://evil.example");

    assertThat(reply.header("Access-Control-Allow-Origin")).isNull();
    assertThat(reply.header("X-Content-Type-Options")).isEqualTo("nosniff");
  }

  @Test
  void givenABrokenEscapeInThePath_whenAsked_thenItIsTheClientsFault() {
    assertThat(door.get("/api/v1/workers/w1%0a").status()).isEqualTo(400);
    assertThat(door.get("/api/v1/workers/NOT-AN-ID").status()).isEqualTo(400);
    String head = " HTTP/1.1\r\nHost: m1\r\n\r\n";
    assertThat(door.raw("GET /api/v1/workers/%zz" + head)).startsWith("HTTP/1.1 400");
    assertThat(door.raw("GET /api/v1/workers?status=%zz" + head)).startsWith("HTTP/1.1 400");
  }

  @Test
  void givenAnyKindOfFailure_whenMapped_thenTheTableOfTheDesignHolds() {
    assertThat(java.util.Arrays.stream(dev.swarm.model.SwarmException.Kind.values()))
        .extracting(kind -> kind + " " + Problems.statusOf(kind))
        .containsExactly(
            "NO_LEADER 503",
            "NOT_LEADER 503",
            "STALE_SESSION 409",
            "CONFLICT 409",
            "OVERLOADED 429",
            "NOT_FOUND 404",
            "BAD_REQUEST 400",
            "DENIED 403",
            "TIMEOUT 504");
  }

  @Test
  void givenABug_whenMapped_thenItsDetailsStayHere() {
    Answer answer = Problems.of(new IllegalStateException("secret"));

    assertThat(answer.status()).isEqualTo(500);
    assertThat(answer.body().toString()).contains("INTERNAL").doesNotContain("secret");
  }
}
