package dev.swarm.cli;

import dev.swarm.config.Units;
import dev.swarm.model.TaskStatus;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Waits for tasks to finish, and says on stderr how they come along. */
final class TaskWatch {
  private static final int SHORTEST_PAUSE_MILLIS = 50;
  private static final int LONGEST_PAUSE_MILLIS = 1_000;

  /** A replica may know of a committed task a little later than the manager that took it. */
  private static final long REPLICA_NANOS = 3_000_000_000L;

  /** How long no manager may answer before watching ends. */
  private static final long SILENCE_NANOS = 30_000_000_000L;

  private final SwarmCommand swarm;
  private final long startNanos;
  private long limitNanos = Long.MAX_VALUE;
  private long heardNanos;
  private int pauseMillis = SHORTEST_PAUSE_MILLIS;

  TaskWatch(SwarmCommand swarm) {
    this.swarm = swarm;
    this.startNanos = now();
    this.heardNanos = startNanos;
  }

  /** Gives up after a duration such as {@code 30s}; null waits without an end. */
  TaskWatch atMost(String duration) {
    if (duration == null) return this;
    try {
      limitNanos = Units.millis(duration) * 1_000_000;
      return this;
    } catch (IllegalArgumentException e) {
      throw CliException.usage("--timeout " + e.getMessage(), null);
    }
  }

  static boolean finished(JsonObject task) {
    return finishedAs(task.getString("status", ""));
  }

  /** Waits until the task is finished, and returns it. */
  JsonObject until(String id) {
    String said = "";
    while (true) {
      JsonObject task = look(() -> swarm.api().get(TaskCommand.PATH + "/" + id).object());
      String line = task == null ? said : line(task);
      if (!line.equals(said)) swarm.progress(line);
      said = line;
      if (task != null && finished(task)) return task;
      pause("task " + id);
    }
  }

  /**
   * Waits until all are finished, and returns how each ended. The managers keep a finished task for
   * a while only: one that they have forgotten before we saw its end counts as FORGOTTEN.
   */
  Map<String, String> untilAll(Set<String> ids) {
    var ended = new HashMap<String, String>();
    int said = -1;
    while (true) {
      List<JsonObject> tasks =
          look(() -> swarm.api().list(TaskCommand.PATH + "?limit=10000", Integer.MAX_VALUE));
      if (tasks != null) {
        tasks.forEach(task -> note(task, ids, ended));
        if (now() - startNanos > REPLICA_NANOS) noteForgotten(tasks, ids, ended);
      }
      if (ended.size() != said) swarm.progress(ended.size() + " of " + ids.size() + " finished");
      said = ended.size();
      if (ended.size() == ids.size()) return ended;
      pause(ids.size() - ended.size() + " tasks");
    }
  }

  byte[] result(String id) {
    return swarm.api().get(TaskCommand.PATH + "/" + id + "/result").body();
  }

  /** Seconds since the watch began, for people. */
  String seconds() {
    return String.format(java.util.Locale.ROOT, "%.1f s", (now() - startNanos) / 1e9);
  }

  private static void note(JsonObject task, Set<String> ids, Map<String, String> ended) {
    String id = task.getString("id");
    if (ids.contains(id) && finished(task)) ended.put(id, task.getString("status"));
  }

  private static void noteForgotten(
      List<JsonObject> tasks, Set<String> ids, Map<String, String> ended) {
    var known = new HashSet<String>();
    tasks.forEach(task -> known.add(task.getString("id")));
    for (String id : ids) if (!known.contains(id)) ended.putIfAbsent(id, "FORGOTTEN");
  }

  private interface Look<T> {
    T now();
  }

  /** What is seen; null when no manager can say now, and it is worth to look again. */
  private <T> T look(Look<T> look) {
    try {
      T seen = look.now();
      heardNanos = now();
      return seen;
    } catch (CliException e) {
      boolean early = e.exit() == Exit.NOT_FOUND && now() - startNanos < REPLICA_NANOS;
      boolean silence = e.exit() == Exit.UNAVAILABLE && now() - heardNanos < SILENCE_NANOS;
      if (early || silence) return null;
      throw e;
    }
  }

  private void pause(String what) {
    if (now() - startNanos >= limitNanos) {
      throw new CliException(
          "TIMEOUT",
          Exit.TIMED_OUT,
          what + " not finished after " + seconds(),
          List.of(),
          "it goes on: swarm task ls shows how far it is");
    }
    swarm.terminal().pause().accept(pauseMillis);
    pauseMillis = Math.min(LONGEST_PAUSE_MILLIS, pauseMillis * 3 / 2);
  }

  private String line(JsonObject task) {
    String worker = task.getString("worker");
    String message = task.getString("message", "");
    return task.getString("id")
        + " "
        + task.getString("status")
        + (worker == null ? "" : " on " + worker)
        + (finished(task) ? " after " + seconds() : "")
        + (message == null || message.isEmpty() ? "" : ": " + message);
  }

  private static boolean finishedAs(String status) {
    for (TaskStatus known : TaskStatus.values()) {
      if (known.name().equals(status)) return known.finished();
    }
    return false;
  }

  private long now() {
    return swarm.terminal().time().nanos();
  }
}
