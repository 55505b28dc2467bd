package dev.swarm.config;

/**
 * One thing wrong with a configuration.
 *
 * @param place where it was said: {@code manager.json:7:13}, or the name of a variable; empty when
 *     it was not read from a text
 * @param path of the key, as {@code managers[1].api}; empty when it is about the whole file
 * @param reason what is wrong, and what is allowed
 */
public record Problem(String place, String path, String reason) {

  /** A problem found between values, before it is known where they were said. */
  static Problem at(String path, String reason) {
    return new Problem("", path, reason);
  }

  @Override
  public String toString() {
    String where = place.isEmpty() ? "" : place + ": ";
    return where + (path.isEmpty() ? "" : path + ": ") + reason;
  }
}
