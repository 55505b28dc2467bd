package dev.swarm.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** A state that becomes the beginning of another incarnation. */
class BeginAgainTest {
  private static final ManagerInfo M9 =
      new ManagerInfo("m9", 1, "a:1", "a:2", "a:3", 100, ManagerState.ACTIVE);

  private final ClusterState before = history();
  private final ClusterState seed = before.toBeginAgain();

  private static ClusterState history() {
    Log log = Log.begun();
    for (int i = 0; i < 6; i++) log.up("w" + i);
    RandomHistory random = new RandomHistory(5);
    for (int i = 0; i < 600; i++) log.apply(random.next(log.state()).toArray(Command[]::new));
    SessionRef w1 = log.up("w1");
    log.submit("gone", "w1", 1);
    log.report(w1, "gone", 1, TaskStatus.COMPLETE);
    TaskSpec spec = Log.spec("later", "w1", 1, "x");
    log.apply(
        new Command.SubmitTasks(
            List.of(
                new TaskSpec(
                    spec.id(),
                    spec.key(),
                    spec.name(),
                    spec.kind(),
                    spec.payload(),
                    spec.pinned(),
                    1,
                    100_000 + Limits.MAX_FINISHED_MILLIS))));
    return log.state();
  }

  @Test
  void thenWorkersTasksHistoriesAndSettingsStay() {
    assertThat(seed.workers()).isEqualTo(before.workers());
    assertThat(seed.tasks()).isNotEmpty().isEqualTo(before.tasks());
    assertThat(seed.forgotten()).isEqualTo(before.forgotten());
    assertThat(seed.forgotten().has(new TaskId("gone"))).isTrue();
    assertThat(seed.work()).isEqualTo(before.work());
    assertThat(seed.settings()).isEqualTo(before.settings());
    assertThat(seed.index()).isEqualTo(before.index());
  }

  @Test
  void thenNoSessionCountsAsConfirmedAndNoNumberComesTwice() {
    assertThat(before.workerCounts().up()).isPositive();
    assertThat(seed.workerCounts().up()).isZero();
    assertThat(seed.workerCounts().down()).isEqualTo(before.workerCounts().down());
    assertThat(seed.nextSession()).isGreaterThan(before.nextSession() + 1_000_000_000);
  }

  @Test
  void thenItIsItsOwnSeed() {
    assertThat(seed.toBeginAgain()).isSameAs(seed);
    assertThat(seed.records().toState()).isEqualTo(seed);
  }

  @Test
  void whenTheFirstLeaderBegins_thenTheClusterIsNewAndWhatItAgreedOnStays() {
    Command begin =
        new Command.BeginCluster(new ClusterInfo("demo", 43), Settings.DEFAULT, List.of(M9));
    ClusterState.Applied begun =
        seed.apply(seed.index() + 1, List.of(begin, new Command.BeginEpoch(2, "m9", 1)));
    assertThat(begun.outcomes()).allMatch(outcome -> outcome.refused().isEmpty());
    assertThat(begun.state().cluster()).isEqualTo(new ClusterInfo("demo", 43));
    assertThat(begun.state().managers()).containsOnlyKeys("m9");
    assertThat(begun.state().settings()).isEqualTo(before.settings());
    assertThat(begun.state().epoch().number()).isGreaterThan(before.epoch().number() + 1);
    Judgement old =
        new Judgement(aWorker(before).ref(), before.epoch().number(), Judgement.Verdict.UP, "");
    assertThat(
            begun
                .state()
                .apply(begun.state().index() + 1, List.of(new Command.SetStatus(List.of(old), 1)))
                .outcomes()
                .get(0)
                .refused())
        .as("a judgement of the former incarnation")
        .hasSize(1);
  }

  private static Worker aWorker(ClusterState state) {
    return state.workers().values().stream().filter(one -> !one.down()).findFirst().orElseThrow();
  }
}
