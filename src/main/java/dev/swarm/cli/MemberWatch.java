package dev.swarm.cli;

import dev.swarm.config.Units;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.function.Predicate;

/** Looks at a manager until it has come or gone, and says on stderr how things go. */
final class MemberWatch {
  private static final int PAUSE_MILLIS = 300;

  /** So long nobody may answer: the manager that was asked may be the one that leaves. */
  private static final long SILENCE_NANOS = 30_000_000_000L;

  private final SwarmCommand swarm;
  private final String path;
  private final String limit;
  private final long limitNanos;
  private JsonObject newest;
  private long heardNanos;

  /**
   * Looks at nothing yet; throws a usage error for a limit that is none.
   *
   * @param path of the list that it is in
   * @param limit such as {@code 30s}
   * @param option that says it
   */
  MemberWatch(SwarmCommand swarm, String path, String id, String limit, String option) {
    this.swarm = swarm;
    this.path = path + "/" + id;
    this.limit = limit;
    limitNanos = nanos(limit, option);
  }

  /** Waits until the manager, null while there is none, is as wanted. */
  JsonObject until(Predicate<JsonObject> wanted) {
    long startNanos = swarm.terminal().time().nanos();
    heardNanos = startNanos;
    String said = "";
    while (true) {
      JsonObject manager = look();
      if (wanted.test(manager)) return manager;
      String state = manager == null ? "not there yet" : manager.getString("state");
      if (!state.equals(said)) swarm.progress(state);
      said = state;
      if (swarm.terminal().time().nanos() - startNanos >= limitNanos) throw late(limit, state);
      swarm.terminal().pause().accept(PAUSE_MILLIS);
    }
  }

  private JsonObject look() {
    try {
      newest = swarm.api().get(path).object();
    } catch (CliException failure) {
      boolean patient =
          failure.exit() == Exit.UNAVAILABLE
              && swarm.terminal().time().nanos() - heardNanos < SILENCE_NANOS;
      if (patient) return newest;
      if (failure.exit() != Exit.NOT_FOUND) throw failure;
      newest = null;
    }
    heardNanos = swarm.terminal().time().nanos();
    return newest;
  }

  private static long nanos(String limit, String option) {
    try {
      return Units.millis(limit) * 1_000_000;
    } catch (IllegalArgumentException wrong) {
      throw CliException.usage(option + " " + wrong.getMessage(), null);
    }
  }

  private static CliException late(String limit, String state) {
    return new CliException(
        "TIMEOUT",
        Exit.TIMED_OUT,
        "after " + limit + " it is still " + state,
        List.of(),
        "it goes on; swarm manager ls shows how far it is");
  }
}
