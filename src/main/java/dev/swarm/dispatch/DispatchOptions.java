package dev.swarm.dispatch;

import dev.swarm.model.EdgeLimits;
import dev.swarm.model.Names;

/**
 * What a dispatcher needs to know of the manager it runs in.
 *
 * @param cluster name of the cluster; a worker of another is refused
 * @param manager id of this manager
 * @param managerBoot random number of this process
 * @param host to listen on
 * @param port to listen on; 0 picks a free one, the same for all instances
 * @param limits of what strangers may ask for
 */
public record DispatchOptions(
    String cluster, String manager, long managerBoot, String host, int port, EdgeLimits limits) {

  /** Checks the ids; throws BAD_REQUEST. */
  public DispatchOptions {
    Names.check("cluster", cluster);
    Names.check("manager", manager);
  }
}
