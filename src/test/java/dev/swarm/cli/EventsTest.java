package dev.swarm.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EventsTest {
  private static final String ALL = "GET /api/v1/events?follow=false";
  private static final String LEADER =
      event("0a-7-1", "07.000", "leader.changed", "\"m1\"", "null", "leads in term 3");
  private static final String DOWN =
      event(
          "0a-12-0", "09.000", "worker.down", "\"w1\"", "null", "no heartbeat; was on manager m1");
  private static final String GUARD =
      event("0a-9-m1-1", "08.000", "guard.down", "\"m1\"", "\"m1\"", "x".repeat(70));
  private static final String SILENT =
      event("0a-12-m2-1", "09.500", "fleet.silent", "null", "\"m2\"", "20 of 20 workers");

  private final FakeManager m1 = new FakeManager();
  private final FakeManager m2 = new FakeManager();
  private final Cli cli = new Cli(m1);

  EventsTest() throws IOException {
    m1.on("GET /api/v1/managers", 200, "[" + manager("m1", m1) + "," + manager("m2", m2) + "]");
  }

  @AfterEach
  void close() {
    m1.close();
    m2.close();
  }

  private static String manager(String id, FakeManager manager) {
    return "{\"id\":\"" + id + "\",\"http\":\"" + manager.endpoint() + "\"}";
  }

  private static String event(
      String id, String second, String kind, String subject, String manager, String message) {
    return String.format(
        "{\"id\":\"%s\",\"time\":\"2026-11-23T11:59:%sZ\",\"kind\":\"%s\",\"subject\":%s,"
            + "\"manager\":%s,\"message\":\"%s\"}",
        id, second, kind, subject, manager, message);
  }

  /** As a manager sends them, with a sign of life between. */
  private static String stream(String... events) {
    return Arrays.stream(events)
        .map(event -> ":\n\nid: x\nevent: y\ndata: " + event + "\n\n")
        .collect(Collectors.joining());
  }

  @Test
  void givenTwoManagers_whenAsked_thenTheLogIsToldOnceAndWhatEachSawBeside() {
    m1.on(ALL, 200, stream(LEADER, GUARD, DOWN));
    m2.on(ALL, 200, stream(LEADER, DOWN, SILENT));
    Cli.Ran ran = cli.run("events");
    assertThat(ran.err()).isEmpty();
    assertThat(ran.out())
        .isEqualTo(
            """
            TIME                      KIND              SUBJECT     MANAGER  MESSAGE
            2026-11-23T11:59:07.000Z  leader.changed    m1          -        leads in term 3
            2026-11-23T11:59:08.000Z  guard.down        m1          m1       LONG
            2026-11-23T11:59:09.000Z  worker.down       w1          -        no heartbeat; was on manager m1
            2026-11-23T11:59:09.500Z  fleet.silent      -           m2       20 of 20 workers
            """
                .replace("LONG", "x".repeat(70)));
    assertThat(ran.exit()).isZero();
  }

  @Test
  void givenAFormatForMachines_whenAsked_thenItIsWhatTheManagersSaid() {
    m1.on(ALL, 200, stream(DOWN, LEADER));
    m2.on(ALL, 200, stream());
    assertThat(cli.run("events", "-o", "jsonl").out()).isEqualTo(LEADER + "\n" + DOWN + "\n");
    assertThat(Json.read(cli.run("events", "-o", "json").out().getBytes()))
        .isEqualTo(Json.read(("[" + LEADER + "," + DOWN + "]").getBytes()));
    assertThat(cli.run("events", "-o", "name").out()).isEqualTo("0a-7-1\n0a-12-0\n");
  }

  @Test
  void givenKindsAndABeginning_whenAsked_thenEachManagerIsAskedForThem() {
    String some = "GET /api/v1/events?kind=worker.down&kind=guard&after=0a-7-1&follow=false";
    m1.on(some, 200, stream(DOWN));
    m2.on(some, 200, stream(DOWN));
    Cli.Ran ran =
        cli.run("events", "--kind", "worker.down,guard", "--since", "0a-7-1", "-o", "jsonl");
    assertThat(ran).isEqualTo(new Cli.Ran(0, DOWN + "\n", ""));
  }

  @Test
  void givenGapsOfTwoManagers_whenAsked_thenBothAreTold() {
    String ofM1 = event("0a-3-gap", "01.000", "gap", "\"m1\"", "null", "m1 forgot");
    String ofM2 = event("0a-3-gap", "01.000", "gap", "\"m2\"", "null", "m2 forgot");
    m1.on(ALL, 200, stream(ofM1, LEADER));
    m2.on(ALL, 200, stream(ofM2, LEADER));
    assertThat(cli.run("events", "-o", "jsonl").out())
        .isEqualTo(ofM1 + "\n" + ofM2 + "\n" + LEADER + "\n");
  }

  @Test
  void givenAManagerThatDoesNotAnswer_whenAsked_thenTheOthersDoAndItIsNamed() {
    m1.on(ALL, 200, stream(LEADER));
    m2.refuse(ALL, 429, "OVERLOADED", "this manager is busy with 64 event streams");
    Cli.Ran ran = cli.run("events", "-o", "jsonl");
    assertThat(ran.exit()).isZero();
    assertThat(ran.out()).isEqualTo(LEADER + "\n");
    assertThat(ran.err())
        .isEqualTo(
            "no events from " + m2.endpoint() + ": this manager is busy with 64 event streams\n");
  }

  @Test
  void givenListedAddressesThatLeadNowhere_whenAsked_thenTheNamedOneIs() throws IOException {
    String nowhere;
    try (FakeManager gone = new FakeManager()) {
      nowhere = manager("m3", gone);
    }
    try (FakeManager tunnel = new FakeManager()) {
      tunnel.on("GET /api/v1/managers", 200, "[" + nowhere + "]").on(ALL, 200, stream(LEADER));
      Cli.Ran ran = new Cli(tunnel).run("events", "-o", "jsonl");
      assertThat(ran.out()).isEqualTo(LEADER + "\n");
      assertThat(ran.err()).contains("no events from ", ": connection refused");
    }
  }

  @Test
  void givenNobodyThatTells_whenAsked_thenThatIsNoManager() {
    m1.refuse(ALL, 503, "NO_LEADER", "this manager has not loaded its state yet");
    m2.close();
    Cli.Ran ran = cli.run("events");
    assertThat(ran.exit()).isEqualTo(5);
    assertThat(ran.err()).startsWith("error: no manager answers. Asked ").contains("not loaded");
  }

  @Test
  void givenAKindThatThereIsNot_whenAsked_thenItIsTheUsersFault() {
    m1.refuse(
        "GET /api/v1/events?kind=wrker&follow=false", 400, "BAD_REQUEST", "kind 'wrker' is none");
    Cli.Ran ran = cli.run("events", "--kind", "wrker");
    assertThat(ran.exit()).isEqualTo(2);
    assertThat(ran.err()).startsWith("error: kind 'wrker' is none");
  }

  @Test
  void givenJson_whenFollowed_thenItIsRefusedWithTheFormatThatFits() {
    Cli.Ran ran = cli.run("events", "-f", "-o", "json");
    assertThat(ran.exit()).isEqualTo(2);
    assertThat(ran.err()).contains("-o jsonl");
    assertThat(m1.asked()).isEmpty();
  }

  private static String followed(String last) {
    return "GET /api/v1/events?after=" + last + "&follow=true";
  }

  @Test
  void givenStreamsThatBreakOff_whenFollowed_thenEachGoesOnAfterItsLastEvent()
      throws InterruptedException {
    m1.on(ALL, 200, stream(LEADER)).on(followed("0a-7-1"), 200, stream(GUARD));
    m1.on(followed("0a-9-m1-1"), 200, stream(DOWN)).on(followed("0a-12-0"), 200, stream());
    m2.on(ALL, 200, stream(LEADER)).on(followed("0a-7-1"), 200, stream(DOWN, SILENT));
    m2.refuse(followed("0a-12-m2-1"), 503, "NO_LEADER", "not now");
    m2.on(followed("0a-12-m2-1"), 200, stream());
    Cli.Running running = cli.start("events", "-f", "-o", "jsonl");
    await()
        .untilAsserted(
            () -> {
              assertThat(m1.askedFor()).contains(followed("0a-12-0"));
              assertThat(running.soFar().err()).contains("m2 answers again");
              assertThat(running.soFar().out().lines())
                  .containsExactlyInAnyOrder(LEADER, GUARD, DOWN, SILENT);
            });
    Cli.Ran ran = running.stop();
    assertThat(ran.exit()).isZero();
    assertThat(ran.err()).contains("m1: the stream ended; asked again every second\n");
  }

  @Test
  void givenATable_whenFollowed_thenTheTitlesComeFirstAndEachLineFits()
      throws InterruptedException {
    m1.on(ALL, 200, stream(LEADER)).on(followed("0a-7-1"), 200, stream(SILENT));
    m2.on(ALL, 200, stream()).on("GET /api/v1/events?follow=true", 200, stream());
    Cli.Running running = cli.start("events", "--follow");
    await()
        .untilAsserted(
            () ->
                assertThat(running.soFar().out())
                    .isEqualTo(
                        """
                        TIME                      KIND              SUBJECT     MANAGER  MESSAGE
                        2026-11-23T11:59:07.000Z  leader.changed    m1          -        leads in term 3
                        2026-11-23T11:59:09.500Z  fleet.silent      -           m2       20 of 20 workers
                        """));
    running.stop();
  }

  @Test
  void givenAManagerThatIsNew_whenFollowed_thenItIsHeardToo() throws Exception {
    String active = event("0a-20-0", "10.000", "manager.active", "\"m3\"", "null", "votes");
    String own = event("0a-20-m3-1", "11.000", "guard.limited", "\"m3\"", "\"m3\"", "disk");
    try (FakeManager m3 = new FakeManager()) {
      m1.on("GET /api/v1/managers", 200, "[" + manager("m1", m1) + "," + manager("m3", m3) + "]");
      m1.on(ALL, 200, stream(LEADER)).on(followed("0a-7-1"), 200, stream(active));
      m2.on(ALL, 200, stream(LEADER));
      m3.on(followed("0a-20-0"), 200, stream(own));
      Cli.Running running = cli.start("events", "-f", "-o", "jsonl");
      await()
          .untilAsserted(
              () -> assertThat(running.soFar().out().lines()).containsExactly(LEADER, active, own));
      running.stop();
    }
  }

  @Test
  void givenEventsThatAreNotOfManagers_whenFollowed_thenOneThatIsNewIsHeardToo() throws Exception {
    String kind = "GET /api/v1/events?kind=worker.down";
    String later = event("0a-21-0", "11.000", "worker.down", "\"w2\"", "null", "no heartbeat");
    try (FakeManager m3 = new FakeManager()) {
      m1.on("GET /api/v1/managers", 200, "[" + manager("m1", m1) + "," + manager("m3", m3) + "]");
      m1.on(kind + "&follow=false", 200, stream(DOWN));
      m1.on(kind + "&after=0a-12-0&follow=true", 200, stream(DOWN)); // each second
      m2.on(kind + "&follow=false", 200, stream());
      m3.on(kind + "&after=0a-12-0&follow=true", 200, stream(later));
      Cli.Running running = cli.start("events", "-f", "--kind", "worker.down", "-o", "jsonl");
      await()
          .untilAsserted(
              () -> assertThat(running.soFar().out().lines()).containsExactly(DOWN, later));
      running.stop();
    }
  }

  @Test
  void givenAStreamThatFallsSilent_whenToldWhy_thenItsOwnLimitIsNamed() {
    var silent = new SocketTimeoutException("Read timed out");
    assertThat(Api.reason(silent, EventFeed.SILENCE_MILLIS)).isEqualTo("no answer in 40s");
    assertThat(Api.reason(silent, Api.READ_MILLIS)).isEqualTo("no answer in 12s");
    var unreachable = new SocketTimeoutException("Connect timed out");
    assertThat(Api.reason(unreachable, EventFeed.SILENCE_MILLIS)).isEqualTo("no answer in 2s");
  }
}
