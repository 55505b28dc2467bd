package dev.swarm.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds after any history: replicas are equal, snapshots complete, differences exact. */
class HistoriesTest {
  private static final int ENTRIES = 1_500;

  private static Log begun() {
    Log log = Log.begun();
    for (int i = 0; i < 6; i++) log.up("w" + i);
    return log;
  }

  private static void grow(Log log, RandomHistory history) {
    log.apply(history.next(log.state()).toArray(Command[]::new));
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void givenAHistory_whenReplayedElsewhere_thenTheStatesAreEqual(long seed) {
    Log log = begun();
    RandomHistory history = new RandomHistory(seed);
    for (int i = 0; i < ENTRIES; i++) grow(log, history);
    Log other = new Log();
    for (List<Command> entry : log.entries()) other.apply(entry.toArray(Command[]::new));
    assertThat(other.state()).isEqualTo(log.state());
    assertThat(log.state().taskCounts().total()).isEqualTo(log.state().tasks().size());
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {11, 12, 13, 14})
  void givenAHistory_whenRestoredFromItsRecords_thenStateAndFutureAreEqual(long seed) {
    Log log = begun();
    RandomHistory history = new RandomHistory(seed);
    ClusterState restored = log.state();
    for (int i = 0; i < ENTRIES; i++) {
      grow(log, history);
      List<Command> entry = log.entries().get(log.entries().size() - 1);
      restored = restored.apply(restored.index() + 1, entry).state();
      assertThat(restored.digest()).isEqualTo(log.state().digest());
      if (i % 50 == 0) restored = restored.records().toState();
    }
    assertThat(log.state().records().toState()).isEqualTo(log.state());
    assertThat(restored).isEqualTo(log.state());
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {21, 22, 23, 24, 25, 26, 27, 28})
  void givenAnyVersionHeld_whenToldTheDifference_thenAWorkerHoldsWhatIsCommitted(long seed) {
    Log log = begun();
    RandomHistory history = new RandomHistory(seed);
    List<Held> held = new ArrayList<>();
    for (int w = 0; w < 6; w++) held.add(new Held(Log.id("w" + w)));
    for (int i = 0; i < ENTRIES; i++) {
      grow(log, history);
      for (Held mine : held) {
        mine.follow(log);
        if (history.below(20) == 0) mine.ask(log.state());
      }
    }
    for (Held mine : held) mine.ask(log.state());
  }

  /** What a worker holds, told once by differences and once change by change. */
  private static final class Held {
    private final WorkerId worker;
    private final Map<TaskId, Task> asked = new HashMap<>();
    private final Map<TaskId, Task> followed = new HashMap<>();
    private long version;

    Held(WorkerId worker) {
      this.worker = worker;
    }

    void follow(Log log) {
      for (Change change : log.changes()) {
        if (!(change instanceof Change.TaskChanged task)) continue;
        if (worker.equals(task.takenFrom())) followed.remove(task.before().id());
        if (worker.equals(task.givenTo())) followed.put(task.after().id(), task.after());
      }
      assertThat(essence(followed)).isEqualTo(committed(log.state()));
    }

    void ask(ClusterState state) {
      Assignments told = Assignments.since(version, worker, state);
      assertThat(told.removed()).doesNotHaveDuplicates();
      if (told.complete()) asked.clear();
      assertThat(told.base()).isLessThanOrEqualTo(version);
      told.removed().forEach(asked::remove);
      told.tasks().forEach(task -> asked.put(task.id(), task));
      version = told.result();
      assertThat(essence(asked)).isEqualTo(committed(state));
    }

    private Map<TaskId, List<Object>> committed(ClusterState state) {
      Map<TaskId, Task> all = new HashMap<>();
      state.tasks().forEach((id, task) -> all.put(id, task));
      all.values().removeIf(task -> !worker.equals(task.holder()));
      return essence(all);
    }

    private static Map<TaskId, List<Object>> essence(Map<TaskId, Task> tasks) {
      Map<TaskId, List<Object>> essence = new HashMap<>();
      tasks.forEach((id, task) -> essence.put(id, List.of(task.attempt(), task.cancelled())));
      return essence;
    }
  }
}
