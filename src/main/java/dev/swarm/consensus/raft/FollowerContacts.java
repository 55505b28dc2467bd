package dev.swarm.consensus.raft;

import dev.swarm.consensus.formation.Identity;
import dev.swarm.consensus.guard.Observation;
import dev.swarm.consensus.guard.SpaceLevel;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.leader.FollowerInfo;
import org.apache.ratis.server.leader.LeaderState;

/**
 * When each follower last acknowledged something, by the moment it was sent. The moment an answer
 * arrived would not do: after a pause of this process old answers arrive late.
 */
final class FollowerContacts {
  private final Map<RaftPeerId, FollowerInfo> followers = new HashMap<>();
  private LeaderState reign;

  /** Ratis begins to replicate to a follower. */
  synchronized void replicating(LeaderState current, FollowerInfo follower) {
    if (current != reign) followers.clear();
    reign = current;
    followers.put(follower.getId(), follower);
  }

  /** Whether a majority, ourselves included, acknowledged what was sent at most so long ago. */
  synchronized boolean majority(Collection<RaftPeer> voters, RaftPeerId self, int withinMillis) {
    int heard = 0;
    for (RaftPeer voter : voters) {
      if (voter.getId().equals(self) || heard(voter.getId(), withinMillis)) heard++;
    }
    return heard > voters.size() / 2;
  }

  /**
   * The followers that answered lately.
   *
   * @param rooms what they told of their disks, by manager id
   */
  synchronized List<Observation.Follower> answering(
      Collection<RaftPeer> voters, int withinMillis, Map<String, SpaceLevel> rooms) {
    return voters.stream()
        .map(RaftPeer::getId)
        .filter(voter -> heard(voter, withinMillis))
        .map(voter -> seen(followers.get(voter), rooms))
        .toList();
  }

  private static Observation.Follower seen(FollowerInfo info, Map<String, SpaceLevel> rooms) {
    String peer = info.getId().toString();
    return new Observation.Follower(
        peer, info.getNextIndex() - 1, info.getMatchIndex(), rooms.get(Identity.managerOf(peer)));
  }

  /** Whether it acknowledged what was sent at most so long ago. */
  synchronized boolean heard(RaftPeerId follower, int withinMillis) {
    FollowerInfo info = followers.get(follower);
    return info != null
        && info.getLastRespondedAppendEntriesSendTime().elapsedTimeMs() < withinMillis;
  }
}
