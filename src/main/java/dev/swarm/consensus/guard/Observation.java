package dev.swarm.consensus.guard;

import java.util.Comparator;
import java.util.List;

/**
 * What can be seen of this replica at one moment.
 *
 * @param alive whether the Raft division has not closed
 * @param logOpen whether the log can still be written
 * @param leads whether we were elected, ready or not
 * @param ready whether our first entry of the term is applied
 * @param loading whether a snapshot is being installed or loaded
 * @param logStart the oldest entry in our log
 * @param flushed the newest entry on our disk
 * @param committed the newest entry known to be committed
 * @param applied the newest entry applied here
 * @param followers those that answered a moment ago
 * @param snapshots how its snapshots are doing
 */
public record Observation(
    boolean alive,
    boolean logOpen,
    boolean leads,
    boolean ready,
    boolean loading,
    long logStart,
    long flushed,
    long committed,
    long applied,
    List<Follower> followers,
    Space space,
    Snapshots snapshots) {
  /** A follower with at most so many entries less than are committed can lead in a moment. */
  static final long CLOSE = 1_000;

  /** Keeps a copy. */
  public Observation {
    followers = List.copyOf(followers);
  }

  /**
   * A follower as its leader sees it.
   *
   * @param peer its name in the group
   * @param sent the newest entry sent to it
   * @param matched the newest entry it has on its disk
   * @param room how much room its disk has; null when it has not told yet, or cannot
   */
  public record Follower(String peer, long sent, long matched, SpaceLevel room) {
    private boolean isNoFuller(SpaceLevel than) {
      return room == null || room.compareTo(than) <= 0;
    }

    /** Who has not told comes after those that have enough, and before all others. */
    private double rank() {
      return room == null ? 0.5 : room.ordinal();
    }
  }

  /** Whether this follower wants an entry that our log has no more. */
  boolean lacks(Follower follower) {
    return follower.sent() + 1 < logStart;
  }

  /** The follower that has most on its disk; null for none. */
  Follower foremost() {
    return followers.stream().max(Comparator.comparingLong(Follower::matched)).orElse(null);
  }

  /**
   * Who should lead if we do not: one whose disk is no fuller than ours; rather one that has nearly
   * all entries, then one with more room, then the furthest. Null for none.
   */
  public Follower heir(SpaceLevel ours) {
    return followers.stream()
        .filter(follower -> follower.isNoFuller(ours))
        .min(
            Comparator.comparing((Follower follower) -> committed - follower.matched() > CLOSE)
                .thenComparing(Follower::rank)
                .thenComparing(Comparator.comparingLong(Follower::matched).reversed()))
        .orElse(null);
  }
}
