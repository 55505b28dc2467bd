package dev.swarm.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.swarm.bus.EventKind;
import dev.swarm.bus.Messages.Happened;
import dev.swarm.bus.Messages.StateNews;
import dev.swarm.model.ClusterInfo;
import dev.swarm.model.ClusterState;
import dev.swarm.model.Command;
import dev.swarm.model.Rules;
import dev.swarm.model.SessionOpen;
import dev.swarm.model.Settings;
import dev.swarm.model.SwarmException;
import dev.swarm.model.WorkerId;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class EventLogTest {
  private static final long NOW = 1_800_000_000_000L;
  private static final Set<EventKind> ALL = EnumSet.allOf(EventKind.class);
  private static final long INCARNATION = 0x0abc_0000_0000_0001L;

  /** What the cluster has committed: each manager hears some of it. */
  private final List<StateNews> committed = new ArrayList<>();

  private ClusterState state = ClusterState.EMPTY;

  EventLogTest() {
    commit(
        new Command.BeginCluster(new ClusterInfo("demo", INCARNATION), Settings.DEFAULT, List.of()),
        new Command.BeginEpoch(1, "m1", 1_000));
  }

  private StateNews commit(Command... commands) {
    ClusterState.Applied applied =
        state.apply(state.index() + 1, List.of(commands), 7_000, Rules.NEWEST);
    state = applied.state();
    StateNews news = new StateNews(state, applied.changes(), false, false, applied.atMillis());
    committed.add(news);
    return news;
  }

  /** So many workers are new, all in one entry. */
  private StateNews newWorkers(int from, int to) {
    List<SessionOpen> opens =
        IntStream.rangeClosed(from, to)
            .mapToObj(i -> new WorkerId("w" + i))
            .map(worker -> new SessionOpen(worker, 11, 1, "m1", 5, "", Map.of(), 1))
            .toList();
    return commit(new Command.OpenSessions(1, opens, 2_000));
  }

  private EventLog heard(String manager, int kept) {
    EventLog log = new EventLog(manager, kept);
    committed.forEach(news -> log.take(news, NOW));
    return log;
  }

  private static List<Event> rest(EventLog.Reader reader) {
    List<Event> all = new ArrayList<>();
    for (Event event; (event = reader.next(NOW)) != null; ) all.add(event);
    return all;
  }

  private static List<String> brief(List<Event> events) {
    return events.stream()
        .map(event -> event.kind() + " " + event.toJson().getString("subject"))
        .toList();
  }

  private static List<String> after(EventLog log, Event last) {
    return brief(rest(log.read(ALL, EventId.parse(last.id().toString()))));
  }

  private static Happened guard(String manager) {
    return new Happened(EventKind.GUARD_DOWN, manager, "the disk is full");
  }

  @Test
  void givenTheSameLog_whenReadOnTwoManagers_thenTheEventsAreTheSame() {
    newWorkers(1, 3);
    List<Event> here = rest(heard("m1", 100).read(ALL));
    List<Event> there = rest(heard("m2", 100).read(ALL));
    assertThat(here).hasSize(5);
    assertThat(here.get(4).text()).isEqualTo(there.get(4).text());
    assertThat(here.get(4).text().toString())
        .isEqualTo(
            "id: 0abc0000-2-2\nevent: worker.new\ndata: {\"id\":\"0abc0000-2-2\","
                + "\"time\":\"1970-01-01T00:00:07Z\",\"kind\":\"worker.new\",\"subject\":\"w3\","
                + "\"manager\":null,\"message\":\"on manager m1\"}\n\n");
  }

  @Test
  void givenAnEntryOfAnEarlierProgram_whenRead_thenItHappenedWhenItWasApplied() {
    EventLog log = heard("m1", 100);
    StateNews news = newWorkers(1, 1);
    log.take(new StateNews(news.state(), news.changes(), false), NOW);
    List<Event> all = rest(log.read(ALL));
    assertThat(all.get(all.size() - 1).toJson().getString("time"))
        .isEqualTo("2027-01-15T08:00:00Z");
  }

  @Test
  void givenAnEntryThatComesAgain_whenTheLogIsOpenedAgain_thenItCountsOnce() {
    newWorkers(1, 1);
    EventLog log = heard("m1", 100);
    committed.forEach(news -> log.take(news, NOW));
    log.take(new StateNews(committed.get(0).state(), List.of(), true), NOW);
    assertThat(brief(rest(log.read(ALL))))
        .containsExactly("settings.changed null", "leader.changed m1", "worker.new w1");
  }

  @Test
  void givenKinds_whenRead_thenOnlyThose() {
    newWorkers(1, 1);
    EventLog log = heard("m1", 100);
    log.tell(guard("m1"), NOW);
    Set<EventKind> some = EnumSet.of(EventKind.WORKER_NEW, EventKind.GUARD_DOWN);
    assertThat(brief(rest(log.read(some)))).containsExactly("worker.new w1", "guard.down m1");
  }

  @Nested
  class GivenWhatAManagerSawItself {
    private final EventLog here = heard("m1", 100);
    private final EventLog there = heard("m2", 100);

    GivenWhatAManagerSawItself() {
      here.tell(guard("m1"), NOW);
      here.tell(new Happened(EventKind.GUARD_UP, "m1", ""), NOW);
      there.tell(guard("m2"), NOW);
      StateNews news = newWorkers(1, 2);
      here.take(news, NOW);
      there.take(news, NOW);
    }

    @Test
    void whenReadAgainThere_thenItGoesOnAfterTheVeryEvent() {
      List<Event> all = rest(here.read(ALL));
      assertThat(brief(all).subList(2, 6))
          .containsExactly("guard.down m1", "guard.up m1", "worker.new w1", "worker.new w2");
      for (int i = 0; i < all.size(); i++) {
        assertThat(after(here, all.get(i))).isEqualTo(brief(all).subList(i + 1, all.size()));
      }
    }

    @Test
    void whenGoingOnOnAnotherManager_thenTheLogIsTheCommonGround() {
      List<Event> all = rest(here.read(ALL));
      assertThat(after(there, all.get(1)))
          .containsExactly("guard.down m2", "worker.new w1", "worker.new w2");
      assertThat(after(there, all.get(2))).containsExactly("worker.new w1", "worker.new w2");
      assertThat(after(there, all.get(4))).containsExactly("worker.new w2");
    }

    @Test
    void whenItsProcessIsAnotherOne_thenItsNewEventsAreNotTakenForThoseSeen() {
      List<Event> all = rest(here.read(ALL));
      EventLog restarted = heard("m1", 100);
      restarted.tell(new Happened(EventKind.STATE_DIFFERS, "m1", ""), NOW + 60_000);
      assertThat(after(restarted, all.get(all.size() - 1))).containsExactly("state.differs m1");
    }
  }

  @Nested
  class GivenMoreThanIsRemembered {
    private final EventLog before = heard("m1", 100);
    private final Event leader = rest(before.read(ALL)).get(1);
    private final EventLog log;

    GivenMoreThanIsRemembered() {
      newWorkers(1, 4);
      newWorkers(5, 6);
      log = heard("m1", 4);
    }

    @Test
    void whenReadFromTheBeginning_thenItBeginsWithTheOldestThatIsThere() {
      assertThat(brief(rest(log.read(ALL))))
          .containsExactly("worker.new w3", "worker.new w4", "worker.new w5", "worker.new w6");
    }

    @Test
    void whenOneThatIsForgottenWasTheLast_thenAGapStandsForTheRest() {
      List<Event> events = rest(log.read(EnumSet.of(EventKind.WORKER_NEW), leader.id()));
      assertThat(brief(events)).startsWith("gap m1", "worker.new w3").hasSize(5);
      assertThat(events.get(0).toJson().getString("message"))
          .isEqualTo(
              "manager m1 does not remember events up to log entry 2: it keeps the newest 4 since"
                  + " it started");
      assertThat(after(log, events.get(0)))
          .as("who has the gap has nothing to fear")
          .startsWith("worker.new w3")
          .hasSize(4);
    }

    @Test
    void whenNothingIsMissing_thenThereIsNoGap() {
      Event w2 = rest(heard("m2", 100).read(ALL)).get(3);
      assertThat(after(log, w2)).startsWith("worker.new w3").hasSize(4);
    }

    @Test
    void whenAReaderIsTooSlow_thenItGetsAGapAndGoesOn() {
      EventLog.Reader slow = log.read(ALL);
      assertThat(slow.next(NOW).toJson().getString("subject")).isEqualTo("w3");
      log.take(newWorkers(7, 11), NOW);
      assertThat(brief(rest(slow)))
          .containsExactly(
              "gap m1", "worker.new w8", "worker.new w9", "worker.new w10", "worker.new w11");
    }
  }

  @Nested
  class GivenASnapshotInTheMiddle {
    private final EventLog log = heard("m1", 100);
    private final Event leader = rest(log.read(ALL)).get(1);

    GivenASnapshotInTheMiddle() {
      StateNews missed = newWorkers(1, 2);
      log.take(new StateNews(missed.state(), List.of(), true), NOW);
      log.take(newWorkers(3, 3), NOW);
    }

    @Test
    void whenReadAcross_thenAGapStandsWhereSomethingMayBeMissing() {
      assertThat(after(log, leader)).containsExactly("gap m1", "worker.new w3");
    }

    @Test
    void whenTheRestWasHeardElsewhere_thenThereIsNoGap() {
      List<Event> elsewhere = rest(heard("m2", 100).read(ALL));
      assertThat(after(log, elsewhere.get(4))).isEmpty();
      assertThat(after(log, elsewhere.get(3)))
          .as("w2 is missing here")
          .containsExactly("gap m1", "worker.new w3");
    }

    @Test
    void whenTheStateWasWrong_thenThatIsAGapToo() {
      log.take(new StateNews(state, List.of(), true, true, 0), NOW);
      List<Event> all = rest(log.read(ALL));
      assertThat(brief(all)).endsWith("worker.new w3", "gap m1");
      assertThat(all.get(all.size() - 1).toJson().getString("message"))
          .contains("its state was not right");
    }

    @Test
    void whenTheStateWasWrongAndNothingWasCommitted_thenTheGapComesAfterWhatWasToldMeanwhile() {
      log.tell(new Happened(EventKind.STATE_DIFFERS, "m1", ""), NOW);
      log.take(new StateNews(state, List.of(), true, true, 0), NOW);
      log.tell(new Happened(EventKind.STATE_MENDED, "m1", ""), NOW);
      List<Event> all = rest(log.read(ALL));
      int differs = all.size() - 3;
      assertThat(after(log, all.get(differs))).containsExactly("gap m1", "state.mended m1");
      assertThat(after(log, all.get(differs + 1))).containsExactly("state.mended m1");
      assertThat(after(log, all.get(differs + 2))).isEmpty();
    }
  }

  @Nested
  class GivenAManagerThatStartsAgain {
    @Test
    void whenItBeginsWithASnapshot_thenWhatIsInItIsAGapForWhoHasLess() {
      Event leader = rest(heard("m1", 100).read(ALL)).get(1);
      newWorkers(1, 1);
      EventLog elsewhere = heard("m2", 100);
      elsewhere.tell(guard("m2"), NOW);
      List<Event> known = rest(elsewhere.read(ALL));
      EventLog log = new EventLog("m1", 100);
      log.take(new StateNews(state, List.of(), true), NOW);
      assertThat(rest(log.read(ALL))).isEmpty();
      log.take(newWorkers(2, 2), NOW);
      assertThat(after(log, leader)).containsExactly("gap m1", "worker.new w2");
      assertThat(after(log, known.get(3))).containsExactly("worker.new w2");
    }

    @Test
    void whenItHasReadLessThanWasHeardElsewhere_thenNothingIsToldTwice() {
      newWorkers(1, 3);
      Event w2 = rest(heard("m2", 100).read(ALL)).get(3);
      EventLog log = new EventLog("m1", 100);
      log.take(committed.get(0), NOW);
      EventLog.Reader reader = log.read(ALL, w2.id());
      log.tell(guard("m1"), NOW);
      log.take(committed.get(1), NOW);
      assertThat(brief(rest(reader))).containsExactly("guard.down m1", "worker.new w3");
    }

    @Test
    void whenItHasReadNothingYet_thenItCannotGoOnAfterAnEvent() {
      EventLog log = new EventLog("m1", 100);
      log.tell(guard("m1"), NOW);
      assertThat(brief(rest(log.read(ALL)))).containsExactly("guard.down m1");
      assertThatThrownBy(() -> log.read(ALL, EventId.committed(INCARNATION, 1, 0)))
          .isInstanceOfSatisfying(
              SwarmException.class,
              refused -> assertThat(refused.kind()).isEqualTo(SwarmException.Kind.NO_LEADER));
    }
  }

  @Test
  void givenAnEventOfAnotherIncarnation_whenGoingOnAfterIt_thenAllIsToldAfterAGap() {
    EventLog log = heard("m1", 100);
    EventId restored = EventId.committed(INCARNATION + (1L << 40), 5_000, 0);
    assertThat(brief(rest(log.read(ALL, restored))))
        .containsExactly("gap m1", "settings.changed null", "leader.changed m1");
  }

  @Test
  void givenIds_whenWrittenAndRead_thenTheyAreEqual() {
    List<EventId> ids =
        List.of(
            EventId.committed(INCARNATION, 1_234, 5),
            EventId.gap(-1L, 1_234),
            EventId.own(INCARNATION, 0, "gap", NOW),
            EventId.own(INCARNATION, 1_234, "5", NOW),
            EventId.own(INCARNATION, 1_234, "a-1-2", NOW));
    assertThat(ids).extracting(EventId::toString).map(EventId::parse).isEqualTo(ids);
    for (String wrong : List.of("", "7", "0abc0000-1", "0abc0000--1-0", "0abc0000-1-m1", "x-1-0")) {
      assertThatThrownBy(() -> EventId.parse(wrong)).isInstanceOf(SwarmException.class);
    }
  }
}
