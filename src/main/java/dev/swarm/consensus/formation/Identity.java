package dev.swarm.consensus.formation;

/**
 * Whose data a folder holds.
 *
 * @param cluster name of the cluster
 * @param manager id of the manager
 * @param member number of its membership: a manager whose disk was lost comes back under a new
 *     number, so that it can never vote twice
 * @param formation the group that it is a member of
 */
public record Identity(String cluster, String manager, long member, Formation formation) {

  /** The name under which the members of the group know each other: {@code m1-1}. */
  public String peer() {
    return peer(manager, member);
  }

  /** See {@link #peer()}. */
  public static String peer(String manager, long member) {
    return manager + "-" + member;
  }

  /** The manager behind such a name. */
  public static String managerOf(String peer) {
    return peer.substring(0, peer.lastIndexOf('-'));
  }
}
