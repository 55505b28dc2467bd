package dev.swarm.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.swarm.bus.EventKind;
import dev.swarm.bus.Messages.Happened;
import dev.swarm.model.Availability;
import dev.swarm.model.BatchSettings;
import dev.swarm.model.Bytes;
import dev.swarm.model.Change;
import dev.swarm.model.ClusterInfo;
import dev.swarm.model.ClusterState;
import dev.swarm.model.Command;
import dev.swarm.model.HeartbeatSettings;
import dev.swarm.model.Judgement;
import dev.swarm.model.Judgement.Verdict;
import dev.swarm.model.ManagerInfo;
import dev.swarm.model.ManagerState;
import dev.swarm.model.ManagerStep;
import dev.swarm.model.SessionOpen;
import dev.swarm.model.Settings;
import dev.swarm.model.TaskId;
import dev.swarm.model.TaskSpec;
import dev.swarm.model.WorkerId;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class CommittedEventsTest {
  private static final WorkerId W1 = new WorkerId("w1");

  private ClusterState state = ClusterState.EMPTY;

  CommittedEventsTest() {
    apply(
        new Command.BeginCluster(
            new ClusterInfo("demo", 1), settings(0), List.of(founder("m1"), founder("m2"))),
        new Command.BeginEpoch(3, "m1", 1_000));
  }

  private static ManagerInfo founder(String id) {
    return new ManagerInfo(id, 1, "0a", id + ":1", id + ":2", id + ":3", 100, ManagerState.ACTIVE);
  }

  private static Settings settings(int maxPerSecond) {
    return new Settings(
        new HeartbeatSettings(5_000, 10, 3, 6, maxPerSecond, 0), BatchSettings.DEFAULT, 0);
  }

  /** What an entry with these commands tells. */
  private List<Happened> apply(Command... commands) {
    ClusterState.Applied applied = state.apply(state.index() + 1, List.of(commands));
    state = applied.state();
    return applied.changes().stream().map(CommittedEvents::of).filter(Objects::nonNull).toList();
  }

  private static Command open(String manager, long agentBoot, long dial, long atMillis) {
    return new Command.OpenSessions(
        1, List.of(new SessionOpen(W1, agentBoot, dial, manager, 5, "", Map.of(), 10)), atMillis);
  }

  private Command judge(Verdict verdict, String reason, long atMillis) {
    long epoch = state.epoch().number();
    return new Command.SetStatus(
        List.of(new Judgement(state.workers().get(W1).ref(), epoch, verdict, reason)), atMillis);
  }

  private static Happened told(EventKind kind, String subject, String message) {
    return new Happened(kind, subject, message);
  }

  @Test
  void givenAClusterThatBegins_thenItsSettingsFoundersAndLeaderAreTold() {
    state = ClusterState.EMPTY;
    assertThat(
            apply(
                new Command.BeginCluster(
                    new ClusterInfo("demo", 1), settings(0), List.of(founder("m1"))),
                new Command.BeginEpoch(3, "m1", 1_000)))
        .containsExactly(
            told(EventKind.SETTINGS_CHANGED, "", "version 1, to begin with"),
            told(EventKind.MANAGER_ACTIVE, "m1", "a founder of the cluster"),
            told(EventKind.LEADER_CHANGED, "m1", "leads in term 3"));
  }

  @Nested
  class GivenAWorker {
    private final List<Happened> first = apply(open("m1", 11, 1, 2_000));

    @Test
    void whenItIsNew_thenThatIsTold() {
      assertThat(first).containsExactly(told(EventKind.WORKER_NEW, "w1", "on manager m1"));
    }

    @Test
    void whenItFallsSilentAndComesBack_thenBothAreToldWithTheReason() {
      assertThat(apply(judge(Verdict.DOWN, "no heartbeat", 10_000)))
          .containsExactly(told(EventKind.WORKER_DOWN, "w1", "no heartbeat; was on manager m1"));
      assertThat(apply(open("m2", 12, 1, 52_500)))
          .containsExactly(
              told(EventKind.WORKER_UP, "w1", "on manager m2 after 42s down (no heartbeat)"));
    }

    @Test
    void whenItSaysGoodbye_thenItIsNotTakenForLost() {
      assertThat(apply(judge(Verdict.LEFT, "left: maintenance", 10_000)))
          .containsExactly(
              told(EventKind.WORKER_LEFT, "w1", "left: maintenance; was on manager m1"));
    }

    @Test
    void whenAnotherProcessTakesItsSession_thenBothManagersAreNamed() {
      assertThat(apply(open("m2", 12, 1, 3_000)))
          .containsExactly(
              told(
                  EventKind.WORKER_TAKENOVER,
                  "w1",
                  "another process, on manager m2, has its session, before it one on manager m1:"
                      + " it was restarted, or two machines have one id"));
    }

    @Test
    void whenItGoesToAnotherManager_thenNothingIsTold() {
      assertThat(apply(open("m2", 11, 2, 3_000))).isEmpty();
    }

    @Test
    void whenTheLeaderChangesAndConfirmsIt_thenOnlyTheLeaderIsTold() {
      assertThat(apply(new Command.BeginEpoch(4, "m2", 4_000)))
          .containsExactly(told(EventKind.LEADER_CHANGED, "m2", "leads in term 4, before it m1"));
      assertThat(apply(judge(Verdict.UP, "heartbeat", 4_100))).isEmpty();
      assertThat(apply(new Command.BeginEpoch(5, "m2", 5_000)))
          .containsExactly(told(EventKind.LEADER_CHANGED, "m2", "leads again in term 5"));
    }

    @Test
    void whenItIsPaused_thenThatIsTold() {
      assertThat(apply(new Command.SetAvailability(W1, Availability.PAUSED, 3_000)))
          .containsExactly(told(EventKind.WORKER_AVAILABILITY, "w1", "is PAUSED, was ACTIVE"));
    }

    @Test
    void whenItGetsWork_thenNothingIsTold() {
      TaskSpec spec =
          new TaskSpec(new TaskId("t1"), "k", "t", "discard", Bytes.EMPTY, W1, 1, 3_000);
      ClusterState.Applied applied =
          state.apply(9, List.of(new Command.SubmitTasks(List.of(spec))));
      assertThat(applied.changes()).hasAtLeastOneElementOfType(Change.TaskChanged.class);
      assertThat(applied.changes()).extracting(CommittedEvents::of).containsOnlyNulls();
    }
  }

  @Nested
  class GivenAManager {
    private List<Happened> step(ManagerStep step) {
      return apply(new Command.StepManager("m2", step));
    }

    @Test
    void whenItIsDrainedAndActivated_thenEachStepIsToldOnce() {
      assertThat(step(ManagerStep.DRAIN))
          .extracting(Happened::kind, Happened::subject)
          .containsExactly(org.assertj.core.groups.Tuple.tuple(EventKind.MANAGER_DRAINING, "m2"));
      assertThat(step(ManagerStep.DRAIN)).isEmpty();
      assertThat(step(ManagerStep.ACTIVATE))
          .containsExactly(told(EventKind.MANAGER_ACTIVE, "m2", "takes workers again"));
    }

    @Test
    void whenItStopsAndReturns_thenItsProcessIsTheReason() {
      assertThat(step(ManagerStep.STOP))
          .containsExactly(
              told(
                  EventKind.MANAGER_STOPPING,
                  "m2",
                  "its process is about to end: its workers go elsewhere"));
      assertThat(step(ManagerStep.RETURN))
          .containsExactly(told(EventKind.MANAGER_ACTIVE, "m2", "its process is back"));
    }

    @Test
    void whenItRetires_thenItsWayOutIsTold() {
      assertThat(step(ManagerStep.RETIRE))
          .extracting(Happened::kind)
          .containsExactly(EventKind.MANAGER_RETIRING);
      assertThat(step(ManagerStep.LEAVE))
          .containsExactly(told(EventKind.MANAGER_LEAVING, "m2", "on its way out of the group"));
      assertThat(apply(new Command.ForgetManager("m2", 1)))
          .containsExactly(
              told(EventKind.MANAGER_REMOVED, "m2", "is out of the group; it was member 1"));
    }

    @Test
    void whenOneJoins_thenItIsToldAsAMemberOnlyWhenItVotes() {
      assertThat(
              apply(new Command.AdmitManager(ManagerInfo.joining("m3", "0c", "c:1", "c:2", "c:3"))))
          .containsExactly(
              told(EventKind.MANAGER_JOINING, "m3", "admitted as member 2; catches up"));
      assertThat(apply(new Command.PromoteManager("m3", 2)))
          .containsExactly(told(EventKind.MANAGER_ACTIVE, "m3", "has caught up and votes"));
    }

    @Test
    void whenItComesBackWithAnotherFolder_thenItIsAnotherMember() {
      assertThat(
              apply(
                  new Command.AdmitManager(
                      ManagerInfo.joining("m2", "0d", "m2:1", "m2:2", "m2:3"))))
          .containsExactly(
              told(
                  EventKind.MANAGER_JOINING,
                  "m2",
                  "admitted as member 2 in the place of member 1; catches up"));
    }

    @Test
    void whenItIsWeighed_thenBothWeightsAreTold() {
      assertThat(apply(new Command.SetWeight("m2", 50)))
          .containsExactly(told(EventKind.MANAGER_WEIGHT, "m2", "weighs 50, before 100"));
      assertThat(apply(new Command.SetWeight("m2", 50))).isEmpty();
    }

    @Test
    void whenItIsFoundElsewhere_thenTheAddressesAreTold() {
      assertThat(
              apply(
                  new Command.AdmitManager(ManagerInfo.joining("m2", "0a", "n:1", "m2:2", "n:3"))))
          .containsExactly(
              told(
                  EventKind.MANAGER_MOVED,
                  "m2",
                  "api at n:1, before at m2:1, http at n:3, before at m2:3"));
    }
  }

  @Test
  void givenNewSettings_thenOnlyWhatIsNewIsTold() {
    HeartbeatSettings slower = new HeartbeatSettings(10_000, 10, 3, 8, 0, 0);
    Settings wish = new Settings(slower, BatchSettings.DEFAULT, 0);
    assertThat(apply(new Command.ChangeSettings(wish, 0)))
        .containsExactly(
            told(
                EventKind.SETTINGS_CHANGED,
                "",
                "version 2: heartbeat.period is 10s, was 5s; heartbeat.failoverMultiplier is 8,"
                    + " was 6; workers beat every 10s, before every 5s"));
    assertThat(apply(new Command.ChangeSettings(wish, 0))).isEmpty();
  }

  @Test
  void givenALongerPeriodThatIsPromisedNoMore_thenNothingIsTold() {
    HeartbeatSettings faster = new HeartbeatSettings(2_000, 10, 3, 6);
    apply(new Command.ChangeSettings(Settings.DEFAULT.with(faster), 0));
    assertThat(state.settings().promisedMillis()).isEqualTo(5_000);
    assertThat(apply(new Command.ForgetPromise(1, 2))).isEmpty();
    assertThat(state.settings().promisedMillis()).isZero();
  }

  @Test
  void givenAStepOfThePace_thenOneEventTellsHowOftenWorkersBeat() {
    apply(new Command.ChangeSettings(settings(100), 0));
    assertThat(apply(new Command.SetPace(1, 2, 6_600)))
        .containsExactly(
            told(
                EventKind.SETTINGS_CHANGED,
                "",
                "version 3: workers beat every 6600ms, before every 5s"));
  }
}
