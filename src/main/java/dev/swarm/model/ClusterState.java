package dev.swarm.model;

import java.util.ArrayList;
import java.util.List;
import org.pcollections.TreePMap;
import org.pcollections.TreePSet;

/**
 * Everything the managers agree on, at one index of the log. Immutable: the apply thread makes the
 * next one, and whoever holds one may read it at leisure, on any thread.
 *
 * @param nextSession number of the next session; never given twice
 * @param work what each worker has and had
 * @param pending tasks without a worker, oldest first
 * @param finished finished tasks, oldest first
 * @param forgotten finished tasks whose records are gone
 * @param writes operators' writes that took effect
 * @param taskCounts how many tasks there are of each status
 * @param payloadBytes all payloads held
 * @param rules what commands mean, of the entries so far the newest
 * @param index of the newest entry in it
 * @param digest the same on every manager at the same index
 */
public record ClusterState(
    ClusterInfo cluster,
    long nextSession,
    Epoch epoch,
    Settings settings,
    TreePMap<String, ManagerInfo> managers,
    TreePMap<WorkerId, Worker> workers,
    TreePMap<WorkerId, WorkerTasks> work,
    TaskMap<Task> tasks,
    TreePSet<Ordered> pending,
    TreePSet<Ordered> finished,
    ForgottenTasks forgotten,
    WritesDone writes,
    TaskCounts taskCounts,
    WorkerCounts workerCounts,
    long payloadBytes,
    Rules rules,
    long index,
    long digest) {

  /** Before the first entry of the log. */
  public static final ClusterState EMPTY = new Transition(blank(), 0, Rules.FIRST).finish();

  /** How far session numbers jump when a cluster begins again: at 1,000 a second, 49 days. */
  static final long SESSIONS_SKIPPED = 1L << 32;

  /** A task in the order in which things happened to it. */
  public record Ordered(long version, TaskId task) implements Comparable<Ordered> {
    @Override
    public int compareTo(Ordered other) {
      int byVersion = Long.compare(version, other.version);
      return byVersion != 0 ? byVersion : task.compareTo(other.task);
    }
  }

  /**
   * The state after one log entry, what it changed, and what became of each of its commands.
   *
   * @param atMillis wall clock of the leader that wrote the entry; 0 when it did not say
   */
  public record Applied(
      ClusterState state, List<Change> changes, List<Outcome> outcomes, long atMillis) {}

  /** Applies an entry of this program of which nobody needs to know when it was written. */
  public Applied apply(long entryIndex, List<Command> commands) {
    return apply(entryIndex, commands, 0, Rules.NEWEST);
  }

  /**
   * Applies the commands of one log entry in order. Pure and deterministic; never throws for what a
   * command asks: an item that cannot take effect is refused in its outcome.
   *
   * @param atMillis when the entry was written; for people, of no effect
   * @param written the rules it was written by; older ones than those of before do not count
   */
  public Applied apply(long entryIndex, List<Command> commands, long atMillis, Rules written) {
    Transition transition = new Transition(this, entryIndex, rules.or(written));
    List<Outcome> outcomes = new ArrayList<>(commands.size());
    for (Command command : commands) {
      outcomes.add(new Outcome(entryIndex, List.copyOf(command.applyTo(transition))));
    }
    return new Applied(transition.finish(), transition.changes(), outcomes, atMillis);
  }

  /** The worker's status in the current epoch. */
  public WorkerStatus statusOf(Worker worker) {
    return worker.statusIn(epoch);
  }

  /** How many tasks the worker has now. */
  public int tasksOf(WorkerId worker) {
    WorkerTasks mine = work.get(worker);
    return mine == null ? 0 : mine.held().size();
  }

  /** The state's records, from which {@link Records#toState} makes an equal state again. */
  public Records records() {
    List<WorkerHistory> history = new ArrayList<>();
    work.forEach(
        (worker, tasks) -> {
          if (tasks.compactedUpTo() > 0 || !tasks.removals().isEmpty()) {
            history.add(
                new WorkerHistory(worker, tasks.compactedUpTo(), List.copyOf(tasks.removals())));
          }
        });
    return new Records(
        cluster,
        nextSession,
        epoch,
        settings,
        List.copyOf(managers.values()),
        List.copyOf(workers.values()),
        history,
        List.copyOf(tasks.values()),
        forgotten.parts(),
        List.copyOf(writes.order()),
        rules,
        index);
  }

  /**
   * What another incarnation begins from, after a restore or when a majority is lost for good: the
   * same workers, tasks and settings, but no managers, no leader and no session that still counts
   * as confirmed. Session numbers go on far above any that the former incarnation may have given
   * after this state. The first leader begins the cluster anew. A state that waits for that already
   * stays as it is.
   */
  public ClusterState toBeginAgain() {
    if (cluster.incarnation() == 0) return this;
    Records now = records();
    return new Records(
            new ClusterInfo(cluster.name(), 0),
            nextSession + SESSIONS_SKIPPED,
            new Epoch(epoch.number() + 1, 0, "", epoch.sinceMillis()),
            settings,
            List.of(),
            now.workers(),
            now.history(),
            now.tasks(),
            now.forgotten(),
            now.writes(),
            rules,
            index)
        .toState();
  }

  /** What a worker had, as kept in a snapshot. */
  public record WorkerHistory(
      WorkerId worker, long compactedUpTo, List<WorkerTasks.Removal> removals) {}

  /** What a snapshot holds: the records, without what can be derived from them. */
  public record Records(
      ClusterInfo cluster,
      long nextSession,
      Epoch epoch,
      Settings settings,
      List<ManagerInfo> managers,
      List<Worker> workers,
      List<WorkerHistory> history,
      List<Task> tasks,
      List<ForgottenTasks.Part> forgotten,
      List<Long> writes,
      Rules rules,
      long index) {

    /** The state that has these records; its digest is computed anew from them. */
    public ClusterState toState() {
      Transition transition = new Transition(EMPTY, index, rules);
      transition.restore(this);
      return transition.finish();
    }
  }

  private static ClusterState blank() {
    return new ClusterState(
        ClusterInfo.NONE,
        1,
        Epoch.NONE,
        Settings.DEFAULT,
        TreePMap.empty(),
        TreePMap.empty(),
        TreePMap.empty(),
        TaskMap.empty(),
        TreePSet.empty(),
        TreePSet.empty(),
        ForgottenTasks.NONE,
        WritesDone.NONE,
        TaskCounts.NONE,
        WorkerCounts.NONE,
        0,
        Rules.FIRST,
        0,
        0);
  }
}
