package dev.swarm.placement;

import static org.assertj.core.api.Assertions.assertThat;

import dev.swarm.model.Availability;
import dev.swarm.model.Bytes;
import dev.swarm.model.ClusterInfo;
import dev.swarm.model.ClusterState;
import dev.swarm.model.Command;
import dev.swarm.model.Judgement;
import dev.swarm.model.Placement;
import dev.swarm.model.SessionOpen;
import dev.swarm.model.Settings;
import dev.swarm.model.TaskId;
import dev.swarm.model.TaskSpec;
import dev.swarm.model.WorkerId;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Which worker gets a task that names none. */
class PlacerTest {
  private ClusterState state = ClusterState.EMPTY;
  private Placer placer;

  PlacerTest() {
    write(new Command.BeginCluster(new ClusterInfo("demo", 1), Settings.DEFAULT, List.of()));
    write(new Command.BeginEpoch(1, "m1", 1));
    for (int i = 0; i < 4; i++) open("w" + i);
    placer = new Placer(state);
  }

  private void write(Command command) {
    var applied = state.apply(state.index() + 1, List.of(command));
    state = applied.state();
    if (placer != null) placer.follow(state, applied.changes());
  }

  private void open(String worker) {
    var wish = new SessionOpen(new WorkerId(worker), 1, 1, "m1", 1, "", Map.of(), 10);
    write(new Command.OpenSessions(1, List.of(wish), 1));
  }

  private void submit(int from, int to, String pinned) {
    WorkerId worker = pinned == null ? null : new WorkerId(pinned);
    write(
        new Command.SubmitTasks(
            IntStream.range(from, to)
                .mapToObj(
                    i ->
                        new TaskSpec(
                            new TaskId("t" + i), "k", "n", "discard", Bytes.EMPTY, worker, 3, 1))
                .toList()));
  }

  private static Map<String, Long> perWorker(List<Placement> placements) {
    return placements.stream()
        .map(placement -> placement.worker().value())
        .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
  }

  @Test
  void givenEqualWorkers_thenTasksAreSpreadEvenlyBeforeAnyIsApplied() {
    submit(0, 10, null);
    List<Placement> first = placer.place(4);
    List<Placement> rest = placer.place(100);
    assertThat(perWorker(first)).hasSize(4);
    assertThat(perWorker(rest).values()).containsExactlyInAnyOrder(2L, 2L, 1L, 1L);
    assertThat(placer.place(100)).isEmpty();
  }

  @Test
  void givenOneTaskAtATime_whenEachIsDoneBeforeTheNext_thenTheWorkersTakeTurns() {
    java.util.Set<WorkerId> chosen = new java.util.HashSet<>();
    for (int i = 0; i < 4; i++) {
      submit(i, i + 1, null);
      List<Placement> placements = placer.place(10);
      chosen.add(placements.get(0).worker());
      write(new Command.PlaceTasks(1, placements));
      write(new Command.CancelTask(new TaskId("t" + i), 1));
    }
    assertThat(chosen).hasSize(4);
  }

  @Test
  void givenALoadedWorker_thenTheOthersComeFirst() {
    submit(0, 5, "w0");
    submit(10, 16, null);
    assertThat(perWorker(placer.place(100))).isEqualTo(Map.of("w1", 2L, "w2", 2L, "w3", 2L));
  }

  @Test
  void givenWhatWasProposed_whenApplied_thenItIsCountedOnce() {
    submit(0, 4, null);
    write(new Command.PlaceTasks(1, placer.place(100)));
    submit(10, 12, "w0");
    submit(20, 29, null); // loads 3 1 1 1: all come to 3, 3, 3 + the three of w0 and one more
    assertThat(perWorker(placer.place(6))).isEqualTo(Map.of("w1", 2L, "w2", 2L, "w3", 2L));
  }

  @Test
  void givenARefusedPlacement_thenTheTaskIsPlacedAgainAndTheWorkerIsFree() {
    submit(0, 1, null);
    Placement placement = placer.place(10).get(0);
    placer.withdraw(placement);
    assertThat(placer.place(10)).hasSize(1);
    submit(1, 4, null);
    assertThat(perWorker(placer.place(10))).hasSize(3).doesNotContainValue(2L);
  }

  @Test
  void givenPausedDrainedOrDownWorkers_thenTheyGetNothing() {
    write(new Command.SetAvailability(new WorkerId("w0"), Availability.PAUSED, 1));
    write(new Command.SetAvailability(new WorkerId("w1"), Availability.DRAINED, 1));
    var down =
        new Judgement(
            state.workers().get(new WorkerId("w2")).ref(), 1, Judgement.Verdict.DOWN, "x");
    write(new Command.SetStatus(List.of(down), 1));
    submit(0, 5, null);
    assertThat(perWorker(placer.place(10))).isEqualTo(Map.of("w3", 5L));
    write(new Command.SetAvailability(new WorkerId("w0"), Availability.ACTIVE, 1));
    submit(5, 10, null);
    assertThat(perWorker(placer.place(10))).isEqualTo(Map.of("w0", 5L));
  }

  @Test
  void givenNobodyEligible_thenNothingIsPlaced() {
    write(new Command.BeginEpoch(2, "m2", 1));
    Placer next = new Placer(state); // all UNKNOWN
    submit(0, 5, null);
    next.follow(state, List.of());
    assertThat(next.place(10)).isEmpty();
    assertThat(placer.over()).isTrue();
    assertThat(placer.place(10)).isEmpty();
  }

  @Test
  void givenAJumpOfTheLog_thenWhatWasAppliedMeanwhileIsNotPlacedAgain() {
    submit(0, 8, null);
    List<Placement> chosen = placer.place(8);
    Placer follower = placer;
    placer = null; // hears nothing of this entry
    write(new Command.PlaceTasks(1, chosen.subList(0, 6)));
    follower.reconcile(state);
    assertThat(follower.place(100)).isEmpty(); // two are still on their way
    chosen.forEach(follower::withdraw);
    assertThat(follower.place(100)).extracting(Placement::task).hasSize(2);
  }
}
