package dev.swarm.sim;

import dev.swarm.bus.Messages.StateNews;
import dev.swarm.model.ClusterState;
import dev.swarm.model.Command;
import dev.swarm.model.Outcome;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** An ideal log: one order, no replicas to differ; with the troubles that a real one has. */
final class SimLog {
  private final VirtualTime time;
  private final List<Consumer<StateNews>> listeners = new ArrayList<>();
  private final Map<String, Integer> entries = new HashMap<>();
  private final List<Runnable> tail = new ArrayList<>();

  /** From proposal to commit. */
  double commitMillis = 5;

  /** Commands that commit although nobody is told so. */
  Predicate<Command> loseAnswer = command -> false;

  /** Commands that a leader has in its log and cannot commit. */
  Predicate<Command> stuck = command -> false;

  /** Whether a majority answers the leader. */
  boolean majority = true;

  private ClusterState state = ClusterState.EMPTY;
  private long term;

  SimLog(VirtualTime time) {
    this.time = time;
  }

  ClusterState state() {
    return state;
  }

  void subscribe(Consumer<StateNews> listener) {
    listeners.add(listener);
  }

  /** Entries written so far of this kind of command. */
  int entries(Class<? extends Command> kind) {
    return entries.getOrDefault(kind.getSimpleName(), 0);
  }

  int entries() {
    return entries.values().stream().mapToInt(Integer::intValue).sum();
  }

  /** The next leader is elected; what older ones propose from now on is never committed. */
  long elect() {
    return ++term;
  }

  boolean authority(long claimed) {
    return majority && claimed == term;
  }

  /**
   * Proposes as the leader of a term; the answer is null when it is not known what became of it.
   */
  void propose(long claimed, Command command, Consumer<Outcome> answer) {
    if (stuck.test(command)) {
      tail.add(() -> commit(command, outcome -> {}));
      time.in(2_000, () -> answer.accept(null));
      return;
    }
    time.in(
        commitMillis,
        () -> {
          if (claimed == term && majority) commit(command, answer);
          else time.in(2_000, () -> answer.accept(null));
        });
  }

  /** The stuck tail of an old leader becomes part of the log after all. */
  void commitTail() {
    tail.forEach(Runnable::run);
    tail.clear();
  }

  /** The stuck tail is overwritten by a new leader's log. */
  void loseTail() {
    tail.clear();
  }

  private void commit(Command command, Consumer<Outcome> answer) {
    Outcome outcome = write(command);
    if (loseAnswer.test(command)) time.in(2_000, () -> answer.accept(null));
    else answer.accept(outcome);
  }

  /** Writes at once. */
  Outcome write(Command command) {
    var applied = state.apply(state.index() + 1, List.of(command));
    state = applied.state();
    entries.merge(command.kind(), 1, Integer::sum);
    StateNews news = new StateNews(state, applied.changes(), false);
    for (Consumer<StateNews> listener : List.copyOf(listeners)) listener.accept(news);
    return applied.outcomes().get(0);
  }
}
