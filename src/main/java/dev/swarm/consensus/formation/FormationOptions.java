package dev.swarm.consensus.formation;

import java.nio.file.Path;
import java.util.List;

/**
 * With whom a manager forms a group.
 *
 * @param id of this manager; one of the listed
 * @param cluster name of the cluster
 * @param dataDir folder of this manager alone
 * @param listed all managers of the configuration
 */
public record FormationOptions(String id, String cluster, Path dataDir, List<Listed> listed) {
  /** A manager and where its gRPC services are. */
  public record Listed(String id, String host, int port) {}

  /** Keeps a copy. */
  public FormationOptions {
    listed = List.copyOf(listed);
  }

  List<String> ids() {
    return listed.stream().map(Listed::id).toList();
  }

  List<Listed> others() {
    return listed.stream().filter(one -> !one.id().equals(id)).toList();
  }
}
