package dev.swarm.consensus.guard;

/**
 * What can be seen of this replica at one moment.
 *
 * @param alive whether the Raft division has not closed
 * @param logOpen whether the log can still be written
 * @param leads whether we were elected, ready or not
 * @param ready whether our first entry of the term is applied
 * @param loading whether a snapshot is being installed or loaded
 * @param flushed the newest entry on our disk
 * @param committed the newest entry known to be committed
 * @param applied the newest entry applied here
 * @param follower the follower that is furthest and answered a moment ago; null for none
 * @param snapshots how its snapshots are doing
 */
public record Observation(
    boolean alive,
    boolean logOpen,
    boolean leads,
    boolean ready,
    boolean loading,
    long flushed,
    long committed,
    long applied,
    Follower follower,
    Space space,
    Snapshots snapshots) {

  /**
   * A follower as its leader sees it.
   *
   * @param peer its name in the group
   * @param sent the newest entry sent to it
   * @param matched the newest entry it has on its disk
   */
  public record Follower(String peer, long sent, long matched) {}
}
