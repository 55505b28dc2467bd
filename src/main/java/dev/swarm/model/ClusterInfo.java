package dev.swarm.model;

/**
 * Which cluster this is.
 *
 * @param name as configured on every manager
 * @param incarnation random, new at every beginning (first start, restore, forced recovery);
 *     versions and sessions of different incarnations must not be compared; 0 before the beginning
 */
public record ClusterInfo(String name, long incarnation) {
  /** Before the first leader wrote anything. */
  public static final ClusterInfo NONE = new ClusterInfo("", 0);

  long digest() {
    return Digest.of("cluster").add(name).add(incarnation).value();
  }
}
