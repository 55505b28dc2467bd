package dev.swarm.cli;

import dev.swarm.config.Units;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.function.Predicate;

/** Waits until a manager has given its workers up, and says on stderr how many are left. */
final class ManagerWatch {
  private static final int SHORTEST_PAUSE_MILLIS = 100;
  private static final int LONGEST_PAUSE_MILLIS = 1_000;

  /** How long no manager may answer before watching ends. */
  private static final long SILENCE_NANOS = 30_000_000_000L;

  /** After so long without a worker that goes, those that are left are named. */
  private static final long STUCK_NANOS = 30_000_000_000L;

  private static final int NAMED = 5;

  private final SwarmCommand swarm;
  private final String path;
  private final String id;
  private final long startNanos;
  private long limitNanos = Long.MAX_VALUE;
  private long heardNanos;
  private boolean gone;
  private int left = Integer.MAX_VALUE;
  private long progressNanos;
  private boolean named;

  ManagerWatch(SwarmCommand swarm, String path, String id) {
    this.swarm = swarm;
    this.path = path;
    this.id = id;
    startNanos = now();
    heardNanos = startNanos;
  }

  /** Gives up after a duration such as {@code 30s}; null waits without an end. */
  ManagerWatch atMost(String duration) {
    if (duration == null) return this;
    try {
      limitNanos = Units.millis(duration) * 1_000_000;
      return this;
    } catch (IllegalArgumentException e) {
      throw CliException.usage("--timeout " + e.getMessage(), null);
    }
  }

  /** The manager when it is as wanted; null when it is no manager any more. */
  JsonObject until(Predicate<JsonObject> wanted) {
    String said = "";
    int pauseMillis = SHORTEST_PAUSE_MILLIS;
    while (true) {
      JsonObject manager = look();
      if (gone) return null;
      if (manager != null) {
        if (wanted.test(manager)) return manager;
        if ("ACTIVE".equals(manager.getString("state"))) throw activated();
        String line = line(manager);
        if (!line.equals(said)) swarm.progress(line);
        said = line;
        nameWhoStays(manager.getInteger("workers", 0));
      }
      if (now() - startNanos >= limitNanos) throw late();
      swarm.terminal().pause().accept(pauseMillis);
      pauseMillis = Math.min(LONGEST_PAUSE_MILLIS, pauseMillis * 3 / 2);
    }
  }

  /** Null when it is gone, and when nobody can say now and it is worth to look again. */
  private JsonObject look() {
    try {
      JsonObject manager = swarm.api().get(path + "/" + id).object();
      heardNanos = now();
      return manager;
    } catch (CliException e) {
      gone = e.exit() == Exit.NOT_FOUND;
      boolean silence = e.exit() == Exit.UNAVAILABLE && now() - heardNanos < SILENCE_NANOS;
      if (gone || silence) return null;
      throw e;
    }
  }

  private static String line(JsonObject manager) {
    int workers = manager.getInteger("workers", 0);
    boolean leads = Boolean.TRUE.equals(manager.getValue("leader"));
    return manager.getString("id")
        + " "
        + manager.getString("state")
        + ": "
        + (workers == 1 ? "1 worker" : workers + " workers")
        + " left"
        + (workers == 0 && leads ? ", still the leader" : "");
  }

  private void nameWhoStays(int workers) {
    if (workers < left) {
      progressNanos = now();
      named = false;
    }
    left = workers;
    if (named || workers == 0 || now() - progressNanos < STUCK_NANOS) return;
    named = true;
    List<String> names = names();
    if (names.isEmpty()) return;
    int more = workers - names.size();
    swarm.progress(
        "no worker has gone for 30 s; there are still "
            + String.join(", ", names)
            + (more > 0 ? " and " + more + " more" : ""));
  }

  /** Some of the workers that are left; none when nobody can say now. */
  private List<String> names() {
    Query query =
        new Query(WorkerCommand.PATH)
            .with("manager", List.of(id))
            .with("status", List.of("UP", "UNKNOWN"))
            .with("limit", List.of(String.valueOf(NAMED)));
    try {
      return swarm.api().list(query.toString(), NAMED).stream()
          .map(worker -> worker.getString("id"))
          .toList();
    } catch (CliException silence) {
      return List.of();
    }
  }

  private CliException activated() {
    return new CliException(
        "CONFLICT",
        Exit.PRECONDITION,
        "manager " + id + " was activated meanwhile",
        List.of(),
        null);
  }

  private CliException late() {
    return new CliException(
        "TIMEOUT",
        Exit.TIMED_OUT,
        "manager " + id + " still has workers",
        List.of(),
        "it goes on: swarm manager ls shows how far it is; swarm manager activate ends it");
  }

  private long now() {
    return swarm.terminal().time().nanos();
  }
}
