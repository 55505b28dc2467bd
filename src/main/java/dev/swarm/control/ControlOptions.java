package dev.swarm.control;

import dev.swarm.model.EdgeLimits;

/**
 * Where the operator's door is, and what is said of this manager there.
 *
 * @param cluster name of the cluster
 * @param manager id of this manager
 * @param host to bind
 * @param port to bind; 0 for any free one
 * @param version of this program
 * @param leastTtlMillis settings whose TTL is shorter are refused, because an election would
 *     outlast it; 0 checks nothing
 * @param limits of what strangers may ask for
 */
public record ControlOptions(
    String cluster,
    String manager,
    String host,
    int port,
    String version,
    long leastTtlMillis,
    EdgeLimits limits) {

  /** Options that leave the TTL of new settings unchecked. */
  public ControlOptions(String cluster, String manager, String host, int port, String version) {
    this(cluster, manager, host, port, version, 0, EdgeLimits.DEFAULT);
  }
}
