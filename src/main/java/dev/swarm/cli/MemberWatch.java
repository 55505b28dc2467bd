package dev.swarm.cli;

import dev.swarm.config.Units;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.function.Predicate;

/** Looks at a manager until it has come or gone, and says on stderr how things go. */
final class MemberWatch {
  private static final int PAUSE_MILLIS = 300;

  private final SwarmCommand swarm;
  private final String path;

  /**
   * Looks at this one.
   *
   * @param path of the list that it is in
   */
  MemberWatch(SwarmCommand swarm, String path, String id) {
    this.swarm = swarm;
    this.path = path + "/" + id;
  }

  /**
   * Waits until the manager, null while there is none, is as wanted.
   *
   * @param limit such as {@code 30s}
   * @param option that says it
   */
  JsonObject until(Predicate<JsonObject> wanted, String limit, String option) {
    long limitNanos = nanos(limit, option);
    long startNanos = swarm.terminal().time().nanos();
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
      return swarm.api().get(path).object();
    } catch (CliException failure) {
      if (failure.exit() == Exit.NOT_FOUND) return null;
      throw failure;
    }
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
