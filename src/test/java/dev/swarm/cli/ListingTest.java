package dev.swarm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class ListingTest {
  private static final String W1 =
      "{\"id\":\"w1\",\"status\":\"UP\",\"reason\":\"heartbeat\",\"since\":\"2026-11-23T11:59:57Z\","
          + "\"availability\":\"ACTIVE\",\"manager\":\"m2\",\"session\":17,"
          + "\"labels\":{\"zone\":\"a\",\"gpu\":\"no\"},\"slots\":10,\"tasks\":2,\"version\":null}";
  private static final String W2 =
      "{\"id\":\"worker-22\",\"status\":\"DOWN\",\"reason\":\"no heartbeat\","
          + "\"since\":\"2026-11-23T09:00:00Z\",\"availability\":\"PAUSED\",\"manager\":null,"
          + "\"session\":null,\"labels\":{},\"slots\":1,\"tasks\":0,\"version\":null}";

  private final FakeManager manager = new FakeManager();
  private final Cli cli = new Cli(manager);

  ListingTest() throws IOException {}

  @AfterEach
  void close() {
    manager.close();
  }

  @Nested
  class GivenTwoWorkers {
    GivenTwoWorkers() {
      manager.on("GET /api/v1/workers", 200, "[" + W1 + "," + W2 + "]");
    }

    @Test
    void whenListed_thenColumnsAreAlignedAndMomentsAreSaidAsPeopleDo() {
      Cli.Ran ran = cli.run("worker", "ls");
      assertThat(ran.out())
          .isEqualTo(
              """
              ID         STATUS  SINCE  AVAILABILITY  MANAGER  TASKS  SLOTS  LABELS
              w1         UP      3s     ACTIVE        m2       2      10     zone=a,gpu=no
              worker-22  DOWN    3h     PAUSED        -        0      1      -
              """);
      assertThat(ran.err()).isEmpty();
      assertThat(ran.exit()).isZero();
    }

    @Test
    void whenListedWide_thenThereIsMore() {
      assertThat(cli.run("worker", "ls", "-o", "wide").out())
          .isEqualTo(
              """
              ID         STATUS  SINCE  AVAILABILITY  MANAGER  SESSION  TASKS  SLOTS  LABELS         VERSION  REASON
              w1         UP      3s     ACTIVE        m2       17       2      10     zone=a,gpu=no  -        heartbeat
              worker-22  DOWN    3h     PAUSED        -        -        0      1      -              -        no heartbeat
              """);
    }

    @Test
    void whenListedAsJson_thenItIsWhatTheManagerSaid() {
      assertThat(Json.read(cli.run("worker", "ls", "-o", "json").out().getBytes()))
          .isEqualTo(Json.read(("[" + W1 + "," + W2 + "]").getBytes()));
    }

    @Test
    void whenListedAsLines_thenEachIsOnOne() {
      assertThat(cli.run("worker", "ls", "-o", "jsonl").out()).isEqualTo(W1 + "\n" + W2 + "\n");
    }

    @Test
    void whenListedByName_thenOnlyIdsArePrinted() {
      assertThat(cli.run("worker", "ls", "-o", "name").out()).isEqualTo("w1\nworker-22\n");
    }

    @Test
    void whenColourIsWanted_thenOnlyTablesHaveIt() {
      assertThat(cli.run("worker", "ls", "--color=always").out())
          .contains("w1         \u001b[32mUP\u001b[0m      3s", "\u001b[31mDOWN\u001b[0m    3h");
      assertThat(cli.run("worker", "ls", "--color=always", "-o", "json").out())
          .doesNotContain("\u001b");
    }

    @Test
    void whenAPersonLooks_thenThereIsColourUnlessItIsNotWanted() {
      assertThat(new Cli(manager).interactive().run("worker", "ls").out()).contains("\u001b[32m");
      assertThat(new Cli(manager).run("worker", "ls").out()).doesNotContain("\u001b");
      assertThat(new Cli(manager).interactive().run("worker", "ls", "--color", "never").out())
          .doesNotContain("\u001b");
      assertThat(new Cli(manager).interactive().with("NO_COLOR", "1").run("worker", "ls").out())
          .doesNotContain("\u001b");
    }
  }

  @Test
  void givenFilters_whenListed_thenTheManagerIsAskedForThem() {
    manager.on("GET /api/v1/workers?status=up&status=down&label=zone%3D%3Da+b", 200, "[]");
    Cli.Ran ran = cli.run("worker", "ls", "--status", "up,down", "--label", "zone=a b");
    assertThat(ran.exit()).as(ran.err()).isZero();
    assertThat(ran.out())
        .isEqualTo("ID  STATUS  SINCE  AVAILABILITY  MANAGER  TASKS  SLOTS  LABELS\n");
    assertThat(cli.run("worker", "ls", "--label", "zone").exit()).isEqualTo(2);
  }

  @Test
  void givenManyPages_whenListed_thenTheLinksAreFollowed() {
    manager
        .on(
            "GET /api/v1/workers",
            200,
            "[{\"id\":\"a\"}]",
            "</api/v1/workers?after=a>; rel=\"next\"")
        .on(
            "GET /api/v1/workers?after=a",
            200,
            "[{\"id\":\"b\"}]",
            "</api/v1/workers?after=b>; rel=\"next\"")
        .on("GET /api/v1/workers?after=b", 200, "[{\"id\":\"c\"}]");
    assertThat(cli.run("worker", "ls", "-o", "name").out()).isEqualTo("a\nb\nc\n");
    assertThat(cli.run("worker", "ls", "-o", "name", "--limit", "2").out()).isEqualTo("a\nb\n");
    assertThat(manager.asked()).hasSize(5);
  }

  @Test
  void givenManagers_whenListed_thenTheLeaderAndTheSilentStandOut() {
    manager.on(
        "GET /api/v1/managers",
        200,
        "[{\"id\":\"m1\",\"api\":\"h1:7001\",\"raft\":\"h1:7101\",\"http\":\"h1:7201\",\"weight\":100,"
            + "\"state\":\"ACTIVE\",\"leader\":true,\"reachable\":true,\"workers\":5,\"term\":3,"
            + "\"appliedIndex\":88412,\"version\":\"0.1.0\"},"
            + "{\"id\":\"m2\",\"api\":\"h2:7001\",\"raft\":\"h2:7101\",\"http\":\"h2:7201\",\"weight\":0,"
            + "\"state\":\"ACTIVE\",\"leader\":false,\"reachable\":false,\"workers\":0,\"term\":null,"
            + "\"appliedIndex\":null,\"version\":null}]");
    assertThat(cli.run("manager", "ls").out())
        .isEqualTo(
            """
            ID  ROLE      API      STATE   REACHABLE  WEIGHT  WORKERS  TERM  APPLIED
            m1  leader    h1:7001  ACTIVE  yes        100     5        3     88412
            m2  follower  h2:7001  ACTIVE  NO         0       0        -     -
            """);
  }

  @Test
  void givenManagers_whenOneIsWeightedByTheBeginningOfItsId_thenThatOneIs() {
    String east = "{\"id\":\"east\",\"weight\":100}";
    manager.on("GET /api/v1/managers?after=w&limit=10", 200, "[" + east + ",{\"id\":\"west\"}]");
    manager.on("GET /api/v1/managers/west", 200, "{\"id\":\"west\",\"weight\":100}");
    manager.on("PUT /api/v1/managers/west/weight", 200, "{\"id\":\"west\",\"weight\":50}");

    Cli.Ran ran = cli.run("manager", "weight", "w", "50");

    assertThat(ran.exit()).as(ran.err()).isZero();
    assertThat(ran.out()).contains("west", "50");
    assertThat(manager.asked().get(manager.asked().size() - 1).body().trim())
        .isEqualTo("{\"weight\":50}");
    assertThat(cli.run("manager", "weight", "w", "many").exit()).isEqualTo(2);
    assertThat(cli.run("manager", "weight", "north", "1").exit()).isEqualTo(3);
  }

  @Test
  void givenTasks_whenListed_thenAMessageCannotMoveTheCursor() {
    manager.on(
        "GET /api/v1/tasks?status=failed&worker=w1",
        200,
        "[{\"id\":\"t-1\",\"name\":\"thumbs\",\"kind\":\"process\",\"placement\":{},\"worker\":\"w1\","
            + "\"attempt\":1,\"desired\":\"COMPLETE\",\"status\":\"FAILED\","
            + "\"message\":\"exit\\u001b[2J\\n1\",\"version\":7,\"submitted\":\"2026-11-23T11:50:00Z\","
            + "\"started\":null,\"finished\":null},"
            + "{\"id\":\"t-2\",\"name\":\"日本\",\"kind\":\"k\",\"worker\":null,\"attempt\":0,"
            + "\"status\":\"FAILED\",\"message\":\"\",\"submitted\":\"2026-11-23T11:50:00Z\"}]");
    assertThat(cli.run("task", "ls", "--status", "failed", "--worker", "w1").out())
        .isEqualTo(
            """
            ID   NAME    KIND     STATUS  WORKER  ATTEMPT  SUBMITTED  MESSAGE
            t-1  thumbs  process  FAILED  w1      1        10m        exit [2J 1
            t-2  日本    k        FAILED  -       0        10m        -
            """);
  }

  @Test
  void givenACluster_whenStatusIsAsked_thenItFitsIntoAGlance() {
    manager.on(
        "GET /api/v1/cluster",
        200,
        "{\"cluster\":\"demo\",\"leader\":\"m1\",\"term\":3,\"epoch\":4,"
            + "\"managers\":{\"total\":3,\"reachable\":3,\"quorum\":2},"
            + "\"workers\":{\"up\":298,\"unknown\":0,\"down\":2},"
            + "\"tasks\":{\"pending\":0,\"assigned\":0,\"running\":12,\"complete\":2988},"
            + "\"heartbeat\":{\"periodMillis\":5000,\"perSecond\":59.6}}");
    assertThat(cli.run("status").out())
        .isEqualTo(
            """
            cluster    demo
            leader     m1, term 3
            managers   3 of 3 reachable, quorum 2: 1 more may be lost
            workers    298 up, 0 unknown, 2 down
            tasks      12 running, 2988 complete
            heartbeat  every 5000 ms, 59.6 a second
            """);
    assertThat(cli.run("status", "-o", "name").out()).isEqualTo("demo\n");
  }

  @Test
  void givenALongerPeriodThanAgreed_whenStatusIsAsked_thenItSaysWhy() {
    manager.on(
        "GET /api/v1/cluster",
        200,
        "{\"cluster\":\"demo\",\"leader\":\"m1\",\"term\":3,\"epoch\":4,"
            + "\"heartbeat\":{\"periodMillis\":6400,\"perSecond\":93.8,"
            + "\"agreedPeriodMillis\":5000,\"maxPerSecond\":100}}");

    assertThat(cli.run("status").out())
        .contains("heartbeat  every 6400 ms, 93.8 a second (agreed: 5000 ms, 100 at most)");
  }

  @Test
  void givenSettings_whenShown_thenEachHasItsWholeName() {
    String settings =
        "{\"version\":2,\"heartbeat\":{\"period\":\"5s\",\"jitter\":\"10%\",\"ttlMultiplier\":3,"
            + "\"failoverMultiplier\":6},\"batch\":{\"maxDelay\":\"100ms\",\"maxSize\":100}}";
    manager.on("GET /api/v1/settings", 200, settings);
    assertThat(cli.run("settings", "get").out())
        .isEqualTo(
            """
            version                       2
            heartbeat.period              5s
            heartbeat.jitter              10%
            heartbeat.ttlMultiplier       3
            heartbeat.failoverMultiplier  6
            batch.maxDelay                100ms
            batch.maxSize                 100
            """);
    assertThat(cli.run("settings", "get", "heartbeat.period").out()).isEqualTo("5s\n");
    assertThat(cli.run("settings", "get", "heartbeat.pace").exit()).isEqualTo(3);
  }

  @Test
  void givenNewSettings_whenSet_thenOnlyTheyAreSentAndAllAreShown() {
    manager.on("PUT /api/v1/settings", 200, "{\"version\":3,\"heartbeat\":{\"period\":\"2s\"}}");
    Cli.Ran ran =
        cli.run(
            "settings", "set", "heartbeat.period=2s", "batch.maxSize=50", "heartbeat.jitter=5%");
    assertThat(ran.out()).isEqualTo("version           3\nheartbeat.period  2s\n");
    assertThat(manager.asked())
        .containsExactly(
            new FakeManager.Asked(
                "PUT /api/v1/settings",
                "application/json",
                "{\"heartbeat\":{\"period\":\"2s\",\"jitter\":\"5%\"},\"batch\":{\"maxSize\":50}}"));
    assertThat(cli.run("settings", "set", "period=2s").exit()).isEqualTo(2);
  }
}
