package dev.swarm.worker;

import dev.swarm.model.TaskId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * What this worker is to do, at one version. Takes batches whose chain fits, and says what they
 * change: what to keep on record, what to forget, what to stop.
 */
final class TaskTable {
  /** Most tasks and removals gathered for one version; a longer one is answered with a gap. */
  static final int MAX_GATHERED = 200_000;

  /** How far a task has come. */
  enum State {
    /** On record, not started. */
    ACCEPTED,
    /** Started, or about to be. */
    STARTED,
    /** Its end is on record. */
    DONE
  }

  /** A task and how far it has come. */
  record Entry(Work work, State state) {}

  /** What a batch came to. */
  enum Kind {
    /** It is in force. */
    APPLIED,
    /** A part of a version whose last part is still to come. */
    GATHERED,
    /** Older than what is held, or waiting for the complete set: nothing changed. */
    IGNORED,
    /** Something is missing: ask for the complete set. Said once. */
    GAP
  }

  /**
   * The effect of a batch.
   *
   * @param taken tasks new or changed, to be put on record
   * @param forgotten tasks no longer ours, to be taken off the record
   * @param stopped what was started and is to be stopped
   */
  record Outcome(Kind kind, List<Entry> taken, List<TaskId> forgotten, List<Work> stopped) {
    static Outcome nothing(Kind kind) {
      return new Outcome(kind, List.of(), List.of(), List.of());
    }
  }

  private final Map<TaskId, Entry> entries = new HashMap<>();
  private final Set<TaskId> waiting = new LinkedHashSet<>();
  private long incarnation;
  private long held;
  private final List<WorkBatch> parts = new ArrayList<>();
  private int gathered;
  private boolean resyncAsked;

  TaskTable(long incarnation, long held, Collection<Entry> entries) {
    this.incarnation = incarnation;
    this.held = held;
    entries.forEach(this::put);
  }

  /** Version held; 0 when nothing of the incarnation is. */
  long held() {
    return held;
  }

  /** Incarnation of the cluster that the version belongs to. */
  long incarnation() {
    return incarnation;
  }

  /**
   * A new session: parts of the old one are dropped. Another incarnation starts at nothing held.
   *
   * @param unsettled tasks of which a report is not settled
   * @return whether it is another incarnation
   */
  boolean welcomed(long newIncarnation, Supplier<Set<TaskId>> unsettled) {
    dropParts();
    resyncAsked = false;
    if (newIncarnation == incarnation) return false;
    incarnation = newIncarnation;
    held = 0;
    Set<TaskId> known = unsettled.get();
    // The restored cluster never heard of ends that were settled in the former one.
    entries
        .values()
        .removeIf(entry -> entry.state() == State.DONE && !known.contains(entry.work().id()));
    return true;
  }

  /** Takes a batch, or a part of one. */
  Outcome apply(WorkBatch batch) {
    if (batch.complete()) dropParts(); // the manager began anew
    else if (parts.isEmpty() && resyncAsked) return Outcome.nothing(Kind.IGNORED);
    else if (parts.isEmpty() && batch.base() > held) return gap();
    parts.add(batch);
    gathered += batch.tasks().size() + batch.removed().size();
    if (gathered > MAX_GATHERED) return gap();
    if (batch.more()) return Outcome.nothing(Kind.GATHERED);
    boolean complete = parts.get(0).complete();
    List<WorkBatch> whole = List.copyOf(parts);
    dropParts();
    if (batch.result() < held) return Outcome.nothing(Kind.IGNORED);
    Outcome outcome = complete ? replace(whole) : change(whole);
    held = batch.result();
    if (complete) resyncAsked = false;
    return outcome;
  }

  private Outcome gap() {
    dropParts();
    if (resyncAsked) return Outcome.nothing(Kind.IGNORED);
    resyncAsked = true;
    return Outcome.nothing(Kind.GAP);
  }

  private void dropParts() {
    parts.clear();
    gathered = 0;
  }

  private Outcome change(List<WorkBatch> whole) {
    Outcome outcome = applied();
    newest(whole)
        .forEach(
            (id, work) -> {
              if (work == null) forget(id, outcome);
              else if (work.version() > held) take(work, outcome);
            });
    return outcome;
  }

  private Outcome replace(List<WorkBatch> whole) {
    Outcome outcome = applied();
    Map<TaskId, Work> all = newest(whole);
    Set<TaskId> gone = new HashSet<>(entries.keySet());
    for (Work work : all.values()) if (work != null) gone.remove(work.id());
    for (TaskId id : gone) forget(id, outcome);
    for (Work work : all.values()) if (work != null) take(work, outcome);
    return outcome;
  }

  /** What all parts come to for each task, null for one that is no longer ours: the last counts. */
  private static Map<TaskId, Work> newest(List<WorkBatch> whole) {
    Map<TaskId, Work> newest = new LinkedHashMap<>();
    for (WorkBatch part : whole) {
      for (Work work : part.tasks()) newest.put(work.id(), work);
      for (TaskId id : part.removed()) newest.put(id, null);
    }
    return newest;
  }

  private static Outcome applied() {
    return new Outcome(Kind.APPLIED, new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
  }

  private void take(Work work, Outcome outcome) {
    Entry known = entries.get(work.id());
    boolean sameAttempt = known != null && known.work().attempt() == work.attempt();
    if (sameAttempt && known.work().equals(work)) return;
    boolean started = known != null && known.state() == State.STARTED;
    if (started && (!sameAttempt || work.cancel())) outcome.stopped().add(known.work());
    Entry entry = new Entry(work, sameAttempt ? known.state() : State.ACCEPTED);
    put(entry);
    outcome.taken().add(entry);
  }

  private void put(Entry entry) {
    TaskId id = entry.work().id();
    entries.put(id, entry);
    if (entry.state() == State.ACCEPTED) waiting.add(id);
    else waiting.remove(id);
  }

  private void forget(TaskId id, Outcome outcome) {
    Entry known = entries.remove(id);
    waiting.remove(id);
    if (known == null) return;
    outcome.forgotten().add(id);
    if (known.state() == State.STARTED) outcome.stopped().add(known.work());
  }

  /** The task if this attempt of it is still ours. */
  Optional<Entry> find(TaskId id, int attempt) {
    return Optional.ofNullable(entries.get(id)).filter(e -> e.work().attempt() == attempt);
  }

  /** The first task in order of arrival that waits to be started and is not among the busy ones. */
  Optional<Work> next(Set<TaskId> busy) {
    return waiting.stream()
        .filter(id -> !busy.contains(id))
        .findFirst()
        .map(id -> entries.get(id).work());
  }

  /** Tasks on record as started: after a restart of the agent nobody knows what became of them. */
  List<Work> started() {
    return entries.values().stream()
        .filter(entry -> entry.state() == State.STARTED)
        .map(Entry::work)
        .toList();
  }

  /** Moves a task on. */
  void mark(TaskId id, State state) {
    Entry entry = entries.get(id);
    if (entry != null) put(new Entry(entry.work(), state));
  }
}
