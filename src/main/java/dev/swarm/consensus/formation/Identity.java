package dev.swarm.consensus.formation;

/**
 * Whose data a folder holds.
 *
 * @param cluster name of the cluster
 * @param manager id of the manager
 * @param member number of its membership: a manager whose disk was lost comes back under a new
 *     number, so that it can never vote twice
 * @param nonce random number of the folder, in hexadecimal; empty where it is not known
 * @param raft address under which the group knows the member; empty where it is not known
 * @param formation the group that it is a member of
 */
public record Identity(
    String cluster, String manager, long member, String nonce, String raft, Formation formation) {

  /** The name under which the members of the group know each other: {@code m1-1}. */
  public String peer() {
    return peer(manager, member);
  }

  /** Whether it was there when the group was formed. */
  public boolean isFounder() {
    return formation.has(manager, nonce);
  }

  /** See {@link #peer()}. */
  public static String peer(String manager, long member) {
    return manager + "-" + member;
  }

  /** The manager behind such a name. */
  public static String managerOf(String peer) {
    return peer.substring(0, peer.lastIndexOf('-'));
  }

  /** The number of the membership behind such a name. */
  public static long memberOf(String peer) {
    return Long.parseLong(peer.substring(peer.lastIndexOf('-') + 1));
  }
}
