package dev.swarm.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.swarm.bus.EventKind;
import dev.swarm.bus.Messages.GuardChanged;
import dev.swarm.bus.Messages.GuardState;
import dev.swarm.bus.Messages.Happened;
import dev.swarm.bus.Messages.StateNews;
import dev.swarm.bus.Topics;
import dev.swarm.model.Command;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EventsApiTest {
  private static final String PATH = EventsApi.PATH;
  private static final String ENDS = PATH + "?follow=false";
  private static final String[] BEGUN = {
    "settings.changed null", "manager.active m1", "leader.changed m1"
  };

  private final List<Listener> listeners = new ArrayList<>();
  private Door door;

  @BeforeEach
  void open() {
    door = Door.open();
  }

  @AfterEach
  void close() {
    listeners.forEach(Listener::close);
    door.close();
  }

  private Listener listen(String path, String... headers) {
    Listener listener = new Listener(door, path, headers);
    listeners.add(listener);
    return listener.begun();
  }

  private void tell(EventKind kind, String subject) {
    door.bus.publish(Topics.EVENTS, new Happened(kind, subject, "because"));
  }

  private static String[] and(String[] first, String... more) {
    List<String> all = new ArrayList<>(List.of(first));
    all.addAll(List.of(more));
    return all.toArray(String[]::new);
  }

  @Test
  void givenWhatHappened_whenNotFollowed_thenItIsToldAndTheStreamEnds() {
    door.join("w1", Map.of());

    Door.Reply reply = door.get(ENDS);

    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.header("Content-Type")).isEqualTo("text/event-stream");
    assertThat(reply.header("Cache-Control")).isEqualTo("no-store");
    assertThat(reply.text())
        .startsWith(":\n\nid: 00000000-1-0\nevent: settings.changed\ndata: {\"id\"")
        .contains("event: worker.new\n")
        .endsWith("}\n\n");
  }

  @Test
  void givenAStream_whenSomethingHappens_thenItIsToldAtOnceWhereverItComesFrom() {
    Listener listener = listen(PATH);
    listener.hears(BEGUN);
    door.join("w1", Map.of());
    tell(EventKind.FLEET_SILENT, "");
    tell(EventKind.WORKER_RIVAL, "w1");
    listener.hears(and(BEGUN, "worker.new w1", "fleet.silent null", "worker.rival w1"));
    assertThat(listener.ended()).isFalse();
  }

  @Test
  void givenTheGuard_whenItChangesItsMind_thenEachStateIsToldOnce() {
    Listener listener = listen(PATH + "?kind=guard");
    for (GuardState state :
        List.of(GuardState.IMPAIRED, GuardState.NO_PROPOSALS, GuardState.DOWN)) {
      door.bus.publish(Topics.GUARD, new GuardChanged(state, "24 MiB are free"));
      door.bus.publish(Topics.GUARD, new GuardChanged(state, "23 MiB are free"));
    }
    door.bus.publish(Topics.GUARD, new GuardChanged(GuardState.UP, ""));
    listener.hears("guard.impaired m1", "guard.limited m1", "guard.down m1", "guard.up m1");
    assertThat(door.get(ENDS).text())
        .contains("\"manager\":\"m1\",\"message\":\"24 MiB are free\"");
  }

  @Test
  void givenALeader_whenItIsLost_thenThatIsToldOnceAndTheNextOneByTheLog() {
    Listener listener = listen(PATH + "?kind=leader");
    door.consensus.lead("", 3);
    door.consensus.lead("", 4);
    door.consensus.apply(new Command.BeginEpoch(5, "m2", Door.NOW_MILLIS));
    door.consensus.lead("m2", 5);
    listener.hears("leader.changed m1", "leader.lost m1", "leader.changed m2");
  }

  @Test
  void givenKinds_whenAsked_thenABeginningCountsInWholeParts() {
    door.join("w1", Map.of());
    tell(EventKind.STATE_DIFFERS, "m1");
    listen(PATH + "?kind=worker,leader.changed").hears("leader.changed m1", "worker.new w1");
    listen(PATH + "?kind=state&kind=manager").hears("manager.active m1", "state.differs m1");
    for (String wrong : List.of("work", "worker.n", "worker.up.twice", "x", "")) {
      Door.Reply reply = door.get(PATH + "?kind=" + wrong);
      assertThat(reply.status()).as(wrong).isEqualTo(400);
      assertThat(reply.json().getString("detail")).contains("worker.down");
    }
  }

  @Test
  void givenTheLastEvent_whenItGoesOn_thenTheHeaderCountsBeforeTheAddress() {
    Listener first = listen(PATH);
    first.hears(BEGUN);
    String last = first.lastId();
    door.join("w1", Map.of());
    first.hears(and(BEGUN, "worker.new w1"));
    String newest = first.lastId();
    door.join("w2", Map.of());

    listen(PATH + "?after=" + last).hears("worker.new w1", "worker.new w2");
    listen(PATH + "?after=" + last, "Last-Event-ID: " + newest).hears("worker.new w2");
  }

  @Test
  void givenASnapshotWasInstalled_whenStreaming_thenTheGapIsTold() {
    Listener listener = listen(PATH + "?kind=guard");
    door.consensus.apply(new Command.BeginEpoch(4, "m1", Door.NOW_MILLIS));
    await().until(() -> door.get(ENDS).text().contains("term 4"));
    var state = door.consensus.state();
    var later = state.apply(state.index() + 5, List.of()).state();
    door.bus.publish(Topics.STATE, new StateNews(later, List.of(), true));
    listener.hears("gap m1");
  }

  @Test
  void givenWhatCannotBeUnderstood_whenAsked_thenItIsRefused() {
    assertThat(door.get(PATH + "?after=7").status()).isEqualTo(400);
    assertThat(door.get(PATH + "?follow=maybe").status()).isEqualTo(400);
    assertThat(door.get(PATH + "?limit=5").json().getString("detail"))
        .isEqualTo("?limit: unknown parameter, allowed are after, follow, kind");
  }

  @Test
  void givenAManagerWithoutAState_whenAsked_thenItTellsWhatItSawItselfButGoesOnAfterNothing() {
    try (Door early = new Door(0)) {
      early.bus.publish(Topics.EVENTS, new Happened(EventKind.GUARD_DOWN, "m1", "because"));
      await().until(() -> early.get(ENDS).text().contains("guard.down"));
      Door.Reply reply = early.get(ENDS + "&after=00000000-1-0");
      assertThat(reply.status()).isEqualTo(503);
      assertThat(reply.header("Retry-After")).isEqualTo("1");
    }
  }

  @Test
  void givenAllStreamsAreTaken_whenOneMoreIsAskedFor_thenItMustComeAgainUntilOneEnds() {
    for (int i = 0; i < EventsApi.MAX_STREAMS; i++) listen(PATH);
    assertThat(streams()).isEqualTo(64);

    Door.Reply reply = door.get(ENDS);
    assertThat(reply.status()).isEqualTo(429);
    assertThat(reply.header("Retry-After")).isEqualTo("1");

    listeners.remove(0).close();
    await().until(() -> door.get(ENDS).status() == 200);
    assertThat(streams()).isEqualTo(63);
  }

  private double streams() {
    return door.meters.get("swarm.event.streams").gauge().value();
  }

  @Test
  void givenNothingHappens_whenLongerThanAConnectionMayBeIdle_thenTheStreamStays() {
    close();
    door = new Door(0, 1, 100).withConsensus().begun();
    Listener listener = listen(PATH + "?kind=worker");
    await().until(() -> listener.comments() > 20); // two seconds; one is allowed
    door.join("w1", Map.of());
    listener.hears("worker.new w1");
  }

  @Test
  void givenAStream_whenTheManagerStops_thenItEnds() {
    Listener listener = listen(PATH);
    listener.hears(BEGUN);
    Door.get(door.vertx.undeploy(door.controlDeployment));
    await().until(listener::ended);
    assertThat(door.meters.find("swarm.event.streams").gauge()).isNull();
  }

  @Test
  void givenAClientThatDoesNotRead_whenMuchHappens_thenItHasAGapAndGetsTheNewest()
      throws IOException {
    try (Socket slow = new Socket()) {
      slow.setReceiveBufferSize(4 << 10);
      slow.connect(new InetSocketAddress("127.0.0.1", door.control.port()));
      String request = "GET " + PATH + "?kind=guard HTTP/1.1\r\nHost: m1\r\n\r\n";
      slow.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
      await().until(() -> streams() == 1);
      int many = 3 * EventLog.KEPT;
      String words = "x".repeat(1_000);
      for (int i = 0; i < many; i++) {
        door.bus.publish(Topics.EVENTS, new Happened(EventKind.GUARD_DOWN, "m" + i, words));
      }
      await().until(() -> door.get(ENDS).text().contains("\"m" + (many - 1) + "\""));
      var in = new BufferedReader(new InputStreamReader(slow.getInputStream()));
      AtomicInteger gaps = new AtomicInteger();
      AtomicInteger events = new AtomicInteger();
      for (String line = in.readLine(); ; line = in.readLine()) {
        if (line.startsWith("event: gap")) gaps.incrementAndGet();
        if (line.startsWith("event: guard")) events.incrementAndGet();
        if (line.contains("\"m" + (many - 1) + "\"")) break;
      }
      assertThat(gaps).hasValue(1);
      assertThat(events).hasValueBetween(EventLog.KEPT, many - 1);
    }
  }
}
