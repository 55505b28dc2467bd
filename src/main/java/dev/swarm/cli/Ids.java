package dev.swarm.cli;

import dev.swarm.model.Names;
import io.vertx.core.json.JsonObject;
import java.util.List;

/** Finds the one thing that an id, or the unique beginning of one, means. */
final class Ids {
  private static final int CANDIDATES = 10;

  private final Api api;
  private final String what;
  private final String path;

  /**
   * @param what the thing is called
   * @param path of the list that it is in
   */
  Ids(Api api, String what, String path) {
    this.api = api;
    this.what = what;
    this.path = path;
  }

  /** The thing itself; fails when there is none, or more than one. */
  JsonObject find(String given) {
    if (!Names.valid(given)) {
      throw CliException.usage("'" + given + "' is not an id", "ids match " + Names.PATTERN);
    }
    try {
      return api.get(path + "/" + given).object();
    } catch (CliException e) {
      if (e.exit() != Exit.NOT_FOUND) throw e;
    }
    return api.get(path + "/" + only(given, beginningWith(given))).object();
  }

  /** Ids are listed in order, so those that begin with it stand together. */
  private List<String> beginningWith(String given) {
    return api.get(path + "?after=" + given + "&limit=" + CANDIDATES).objects().stream()
        .map(item -> item.getString("id"))
        .dropWhile(id -> !id.startsWith(given))
        .takeWhile(id -> id.startsWith(given))
        .toList();
  }

  private String only(String given, List<String> candidates) {
    if (candidates.isEmpty()) {
      throw CliException.notFound(
          "no " + what + " '" + given + "'", "swarm " + what + " ls shows what there is");
    }
    if (candidates.size() > 1) {
      String more = candidates.size() == CANDIDATES ? " ..." : "";
      throw CliException.notFound(
          "'" + given + "' may be more than one " + what,
          "one of " + String.join(", ", candidates) + more);
    }
    return candidates.get(0);
  }
}
