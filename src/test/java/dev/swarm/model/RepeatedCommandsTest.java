package dev.swarm.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whatever took effect once changes nothing when it comes again, however much later. Why, of each:
 *
 * <ul>
 *   <li>BeginCluster: the incarnation is set. BeginEpoch: the term is not newer.
 *   <li>OpenSessions: same process, same dial is the same session, an older dial is refused, also
 *       of a process that another took over from, and so is another epoch.
 *   <li>SetStatus: names session and epoch; a session that is over stays over.
 *   <li>SubmitTasks: the key, for as long as the finished task is kept (an hour, or 10,000), and
 *       then for as long as its id is remembered; see {@code ForgottenTasksTest}.
 *   <li>PlaceTasks: names epoch and attempt. ReportTasks: session, task and attempt. SetPace,
 *       ForgetPromise: epoch and version of the settings.
 *   <li>PromoteManager, RemoveManager, ForgetManager: name the member, whose number is never given
 *       again.
 *   <li>PutManager, AdmitManager, SetWeight, StepManager, SetAvailability, CancelTask,
 *       ChangeSettings: what another set meanwhile would be set back, so each comes with the number
 *       of its write, in Once.
 * </ul>
 */
class RepeatedCommandsTest {
  private static final int ENTRIES = 700;

  /** Entries have even numbers; what comes again stands between them. */
  private record Step(long index, Command command) {}

  private static List<Step> history(long seed) {
    RandomHistory random = new RandomHistory(seed);
    SplittableRandom numbers = new SplittableRandom(seed);
    Log log = Log.begun();
    for (int i = 0; i < 6; i++) log.up("w" + i);
    List<Step> steps = new ArrayList<>();
    long index = 0;
    for (List<Command> entry : log.entries()) {
      for (Command command : entry) steps.add(new Step(index += 2, command));
    }
    ClusterState state = replay(steps);
    for (int i = 0; i < ENTRIES; i++) {
      for (Command drawn : random.next(state)) {
        Step step = new Step(index += 2, asAsked(drawn, numbers));
        steps.add(step);
        state = state.apply(step.index(), List.of(step.command())).state();
      }
    }
    return steps;
  }

  /** As it is proposed: operators' writes are numbered. */
  private static Command asAsked(Command command, SplittableRandom numbers) {
    boolean operators =
        command instanceof Command.SetAvailability
            || command instanceof Command.PutManager
            || command instanceof Command.AdmitManager
            || command instanceof Command.SetWeight
            || command instanceof Command.StepManager
            || command instanceof Command.ChangeSettings
            || command instanceof Command.CancelTask;
    return operators ? new Command.Once(numbers.nextLong(), command) : command;
  }

  private static ClusterState replay(List<Step> steps) {
    ClusterState state = ClusterState.EMPTY;
    for (Step step : steps) state = state.apply(step.index(), List.of(step.command())).state();
    return state;
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {31, 32, 33, 34, 35, 36, 37, 38, 39, 40})
  void givenAHistory_whenAllThatTookEffectComesAgainLater_thenTheStateIsTheSame(long seed) {
    List<Step> steps = history(seed);
    SplittableRandom random = new SplittableRandom(seed);
    List<List<Command>> again = new ArrayList<>();
    steps.forEach(step -> again.add(new ArrayList<>()));
    ClusterState expected = ClusterState.EMPTY;
    ClusterState state = ClusterState.EMPTY;
    int repeated = 0;
    for (int i = 0; i < steps.size(); i++) {
      Step step = steps.get(i);
      List<Command> command = List.of(step.command());
      ClusterState.Applied applied = expected.apply(step.index(), command);
      boolean effective = applied.outcomes().get(0).refused().isEmpty();
      expected = applied.state();
      state = state.apply(step.index(), command).state();
      if (effective) {
        again.get(i + random.nextInt(Math.min(200, steps.size() - i))).add(step.command());
      }
      for (Command late : again.get(i)) {
        state = state.apply(step.index() + 1, List.of(late)).state();
        repeated++;
        assertThat(state.digest())
            .as("%s again after entry %d", late, step.index())
            .isEqualTo(expected.digest());
      }
    }
    assertThat(state.records().tasks()).isEqualTo(expected.records().tasks());
    assertThat(state.records().workers()).isEqualTo(expected.records().workers());
    assertThat(state.settings()).isEqualTo(expected.settings());
    assertThat(repeated).isGreaterThan(300);
  }

  @Test
  void givenAWorkerPausedAndResumedByAnother_whenThePauseComesAgain_thenItStaysResumed() {
    Log log = Log.begun();
    log.up("w1");
    Command pause = new Command.SetAvailability(Log.id("w1"), Availability.PAUSED, 1);
    log.apply(new Command.Once(7, pause));
    log.apply(
        new Command.Once(8, new Command.SetAvailability(Log.id("w1"), Availability.ACTIVE, 2)));
    assertThat(log.apply(new Command.Once(7, pause))).as("it counted").isEmpty();
    assertThat(log.worker("w1").availability()).isEqualTo(Availability.ACTIVE);
  }

  @Test
  void givenARefusedWrite_whenItComesAgainAndIsPossible_thenItTakesEffectOnce() {
    Log log = Log.begun();
    Command pause =
        new Command.Once(7, new Command.SetAvailability(Log.id("w1"), Availability.PAUSED, 1));
    assertThat(log.apply(pause)).hasSize(1);
    log.up("w1");
    assertThat(log.apply(pause)).isEmpty();
    assertThat(log.worker("w1").availability()).isEqualTo(Availability.PAUSED);
  }

  @Test
  void givenMoreWritesThanAreKnown_whenTheOldestComesAgain_thenOnlyThatIsForgotten() {
    List<Command> writes =
        IntStream.rangeClosed(0, Limits.MAX_WRITES_KNOWN)
            .<Command>mapToObj(
                i ->
                    new Command.Once(
                        i,
                        new Command.PutManager(
                            new ManagerInfo(
                                "m1", 1, "a:1", "a:2", "a:3", i % 1_000, ManagerState.ACTIVE))))
            .toList();
    Log log = Log.begun();
    log.apply(writes.toArray(Command[]::new));
    ClusterState before = log.state();
    assertThat(before.writes().order()).hasSize(Limits.MAX_WRITES_KNOWN).startsWith(1L);
    assertThat(before.records().toState()).isEqualTo(before);
    log.apply(writes.get(1));
    assertThat(log.state().digest()).isEqualTo(before.digest());
    log.apply(writes.get(0));
    assertThat(log.state().digest()).isNotEqualTo(before.digest());
  }
}
