package dev.swarm.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.swarm.model.ClusterState;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three managers that have never been a cluster, and what they are afterwards. */
class FirstFormationTest {
  @TempDir Path root;
  private Managers managers;

  @BeforeEach
  void prepare() {
    managers = new Managers(root, List.of("m1", "m2", "m3"), "m4");
  }

  @AfterEach
  void close() {
    managers.close();
  }

  private String formation(String id) throws IOException {
    Path file = managers.folder(id).resolve("identity.json");
    return Files.exists(file)
        ? new JsonObject(Files.readString(file)).getString("formation")
        : "none";
  }

  /** What the check {@code member} of {@code /health/ready} says. */
  private String waiting(String id) throws IOException, InterruptedException {
    String body =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(URI.create("http://" + managers.http(id) + "/health/ready"))
                    .build(),
                HttpResponse.BodyHandlers.ofString())
            .body();
    return new JsonObject(body)
        .getJsonArray("checks").stream()
            .map(JsonObject.class::cast)
            .filter(check -> check.getString("id").equals("member"))
            .map(check -> check.getJsonObject("data", new JsonObject()).getString("reason", ""))
            .findAny()
            .orElseThrow();
  }

  @Test
  void givenOneIsMissing_thenTheOthersWait_untilAllForm_andLaterAMajorityIsEnough()
      throws Exception {
    managers.start("m1");
    managers.start("m2");
    await().until(() -> Files.exists(managers.folder("m2").resolve("founding.json")));
    assertThat(formation("m1")).isEqualTo("none");
    assertThat(formation("m2")).isEqualTo("none");
    assertThat(managers.state("m1")).isEqualTo(ClusterState.EMPTY);
    await()
        .untilAsserted(
            () ->
                assertThat(waiting("m1"))
                    .contains("waits to form cluster demo")
                    .contains("no answer from m3")
                    .doesNotContain("m2"));
    managers.start("m3");
    ClusterState begun = managers.led(0);
    assertThat(begun.managers().keySet()).containsExactly("m1", "m2", "m3");
    assertThat(begun.cluster().incarnation()).isNotZero();
    assertThat(waiting("m1")).isEmpty();
    assertThat(formation("m1"))
        .isNotEqualTo("none")
        .isEqualTo(formation("m2"))
        .isEqualTo(formation("m3"));
    managers.stopAll();
    managers.start("m2");
    managers.start("m3");
    ClusterState again = managers.led(begun.epoch().number());
    assertThat(again.cluster()).isEqualTo(begun.cluster());
  }

  @Test
  void givenAnotherClusterOrAnotherList_thenItIsRefusedWithBothValues() throws IOException {
    managers.start("m1");
    assertThatThrownBy(() -> managers.start("m2", managers.config("m2", "other", "m1", "m2", "m3")))
        .hasMessageContaining("manager m1 belongs to cluster demo, not to other");
    assertThatThrownBy(() -> managers.start("m2", managers.config("m2", "demo", "m1", "m2", "m4")))
        .hasMessageContaining("m1 lists the managers [m1, m2, m3], this one lists [m1, m2, m4]");
    assertThat(formation("m2")).isEqualTo("none");
  }

  @Test
  void givenOneThatWaits_whenAnotherWithAnotherListAppears_thenItEndsWithTheReason() {
    ManagerVerticle waiting = managers.start("m1");
    managers.start("m2", managers.config("m2", "demo", "m2", "m3", "m4"));
    await().until(() -> waiting.ended().isComplete());
    assertThat(waiting.ended().result()).contains("manager m2 lists the managers [m2, m3, m4]");
  }

  @Test
  void givenAFolderOfAnotherGroupWithTheSameNames_thenItsManagerDoesNotStart_andMayComeBackBlank()
      throws IOException {
    Path elsewhere = root.resolve("elsewhere");
    JsonObject alone = managers.config("m1", "demo", "m1").put("dataDir", elsewhere.toString());
    managers.start("m1", alone);
    managers.led(0);
    managers.stop("m1");
    managers.startAll();
    long epoch = managers.led(0).epoch().number();
    long member = managers.member("m1", "m1");
    managers.stop("m1");
    managers.led(Math.max(0, epoch - 1), "m2", "m3");
    Files.move(managers.folder("m1"), root.resolve("right"));
    Files.move(elsewhere, managers.folder("m1"));

    assertThatThrownBy(() -> managers.start("m1"))
        .hasMessageContaining("the data folder of manager m1 belongs to another group")
        .hasMessageContaining("move it away and start the manager again");
    Files.move(managers.folder("m1"), root.resolve("wrong"));
    managers.start("m1");
    await().until(() -> managers.member("m1", "m1") > member);
  }
}
