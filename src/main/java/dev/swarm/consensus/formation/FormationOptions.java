package dev.swarm.consensus.formation;

import java.nio.file.Path;
import java.util.List;

/**
 * With whom a manager forms a group.
 *
 * @param id of this manager; one of the listed
 * @param cluster name of the cluster
 * @param dataDir folder of this manager alone
 * @param listed all managers of the configuration; none where it joins a group that there is
 * @param door where this manager is found, and whom it asks to be let in; null where it must not
 *     join
 */
public record FormationOptions(
    String id, String cluster, Path dataDir, List<Listed> listed, Door door) {
  /** A manager and where its gRPC services are. */
  public record Listed(String id, String host, int port) {}

  /**
   * What the others must know of a manager before they let it in.
   *
   * @param api where others find its gRPC services, {@code host:port}
   * @param raft where they find its Raft server
   * @param http where they find its HTTP API
   * @param raftHost on which it listens for the Raft server
   * @param raftPort on which it listens for the Raft server
   * @param asked api addresses of those it asks
   */
  public record Door(
      String api, String raft, String http, String raftHost, int raftPort, List<String> asked) {
    /** Keeps a copy. */
    public Door {
      asked = List.copyOf(asked);
    }
  }

  /** One that forms a group with the listed, and joins none. */
  public FormationOptions(String id, String cluster, Path dataDir, List<Listed> listed) {
    this(id, cluster, dataDir, listed, null);
  }

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

  /** The address under which the group knows a founder; empty where that is not said. */
  String raft() {
    return door == null ? "" : door.raft();
  }
}
