package dev.swarm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DrainTest {
  private static final String M2 = "/api/v1/managers/m2";

  private final FakeManager manager = new FakeManager();
  private final Cli cli = new Cli(manager);

  DrainTest() throws IOException {
    manager.on("POST " + M2 + "/drain", 200, m2("DRAINING", 2, true));
    manager.on("GET " + M2, 200, m2("ACTIVE", 2, true)); // found
  }

  @AfterEach
  void close() {
    manager.close();
  }

  private static String m2(String state, int workers, boolean leader) {
    return String.format(
        "{\"id\":\"m2\",\"state\":\"%s\",\"workers\":%d,\"leader\":%s}", state, workers, leader);
  }

  private String body() {
    return manager.asked().stream()
        .filter(asked -> asked.what().startsWith("POST"))
        .map(FakeManager.Asked::body)
        .findFirst()
        .orElseThrow()
        .trim();
  }

  @Test
  void givenWorkers_whenDrained_thenItTellsHowManyAreLeftUntilNoneIsAndAnotherLeads() {
    manager.on("GET " + M2, 200, m2("DRAINING", 2, true));
    manager.on("GET " + M2, 200, m2("DRAINING", 1, true));
    manager.on("GET " + M2, 200, m2("DRAINING", 0, true));
    manager.on("GET " + M2, 200, m2("DRAINING", 0, false));

    Cli.Ran ran = cli.run("manager", "drain", "m2");

    assertThat(ran.exit()).as(ran.err()).isZero();
    assertThat(ran.err())
        .isEqualTo(
            """
            m2 DRAINING: 2 workers left
            m2 DRAINING: 1 worker left
            m2 DRAINING: 0 workers left, still the leader
            """);
    assertThat(ran.out()).contains("m2", "DRAINING");
    assertThat(body()).isEqualTo("{\"leave\":false}");
  }

  @Test
  void givenLeave_whenDrained_thenItAsksFirstAndWaitsUntilTheManagerIsOnItsWayOrGone() {
    manager.on("GET " + M2, 200, m2("RETIRING", 0, false));
    manager.on("GET " + M2, 404, "{\"kind\":\"NOT_FOUND\",\"detail\":\"no manager m2\"}");
    assertThat(cli.run("manager", "drain", "m2", "--leave").exit()).isEqualTo(2);
    assertThat(manager.askedFor()).noneMatch(what -> what.startsWith("POST"));

    Cli.Ran ran = cli.run("manager", "drain", "m2", "--leave", "--yes");

    assertThat(ran.exit()).as(ran.err()).isZero();
    assertThat(body()).isEqualTo("{\"leave\":true}");
  }

  @Test
  void givenDetach_whenDrained_thenItDoesNotWait() {
    Cli.Ran ran = cli.run("manager", "drain", "m2", "--detach", "-o", "json");
    assertThat(ran.exit()).isZero();
    assertThat(ran.out()).contains("\"workers\"");
    assertThat(cli.waitedSeconds()).isZero();
  }

  @Test
  void givenWorkersThatStay_whenTheTimeIsOver_thenItSaysThatItGoesOn() {
    manager.on("GET " + M2, 200, m2("DRAINING", 2, false));
    Cli.Ran ran = cli.run("manager", "drain", "m2", "--timeout", "5s");
    assertThat(ran.exit()).isEqualTo(6);
    assertThat(ran.err()).contains("still has workers", "it goes on");
    assertThat(cli.waitedSeconds()).isBetween(5.0, 6.5);
  }

  private void left(String... workers) {
    String ids =
        Arrays.stream(workers)
            .map(id -> "{\"id\":\"" + id + "\"}")
            .collect(Collectors.joining(","));
    manager.on(
        "GET /api/v1/workers?manager=m2&status=UP&status=UNKNOWN&limit=5", 200, "[" + ids + "]");
  }

  @Test
  void givenNoWorkerGoesFor30Seconds_whenDrained_thenUpToFiveAreNamedAndAgainOnlyAfterProgress() {
    for (int i = 0; i < 70; i++) manager.on("GET " + M2, 200, m2("DRAINING", 7, false));
    for (int i = 0; i < 50; i++) manager.on("GET " + M2, 200, m2("DRAINING", 1, false));
    manager.on("GET " + M2, 200, m2("DRAINING", 0, false));
    left("w1", "w2", "w3", "w4", "w5");
    left("w7");

    Cli.Ran ran = cli.run("manager", "drain", "m2");

    assertThat(ran.exit()).as(ran.err()).isZero();
    assertThat(ran.err())
        .isEqualTo(
            """
            m2 DRAINING: 7 workers left
            no worker has gone for 30 s; there are still w1, w2, w3, w4, w5 and 2 more
            m2 DRAINING: 1 worker left
            no worker has gone for 30 s; there are still w7
            """);
  }

  @Test
  void givenNobodySaysWhichWorkersAreLeft_whenNoneGoes_thenTheDrainIsStillWaitedFor() {
    for (int i = 0; i < 50; i++) manager.on("GET " + M2, 200, m2("DRAINING", 1, false));
    manager.on("GET " + M2, 200, m2("DRAINING", 0, false));
    Cli.Ran ran = cli.run("manager", "drain", "m2");
    assertThat(ran.exit()).as(ran.err()).isZero();
    assertThat(ran.err()).isEqualTo("m2 DRAINING: 1 worker left\n");
  }

  @Test
  void givenAnActivationMeanwhile_whenDrained_thenItSaysSo() {
    manager.on("GET " + M2, 200, m2("DRAINING", 2, false));
    manager.on("GET " + M2, 200, m2("ACTIVE", 2, false));
    Cli.Ran ran = cli.run("manager", "drain", "m2");
    assertThat(ran.exit()).isEqualTo(4);
    assertThat(ran.err()).contains("activated meanwhile");
  }

  @Test
  void givenTheLastManager_whenDrained_thenTheReasonIsSaid() {
    manager.on("GET /api/v1/managers/m1", 200, "{\"id\":\"m1\"}");
    manager.refuse("POST /api/v1/managers/m1/drain", 409, "CONFLICT", "no other manager");
    Cli.Ran ran = cli.run("manager", "drain", "m1");
    assertThat(ran.exit()).isEqualTo(4);
    assertThat(ran.err()).contains("no other manager");
    assertThat(cli.run("manager", "drain", "m9").exit()).isEqualTo(3);
  }

  @Test
  void givenADrainedManager_whenActivatedAndPromoted_thenThatIsAsked() {
    manager.on("POST " + M2 + "/activate", 200, m2("ACTIVE", 0, false));
    manager.on("POST " + M2 + "/promote", 200, m2("ACTIVE", 0, true));
    assertThat(cli.run("manager", "activate", "m2").out()).contains("ACTIVE");
    assertThat(cli.run("manager", "promote", "m2").exit()).isZero();
  }
}
