package dev.swarm.consensus.raft;

import dev.swarm.consensus.guard.Observation;
import java.util.Collection;
import java.util.HashMap;
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

  /** The follower that has most on its disk, of those that answered lately; null for none. */
  synchronized Observation.Follower foremost(Collection<RaftPeer> voters, int withinMillis) {
    Observation.Follower foremost = null;
    for (RaftPeer voter : voters) {
      if (!heard(voter.getId(), withinMillis)) continue;
      FollowerInfo info = followers.get(voter.getId());
      long matched = info.getMatchIndex();
      if (foremost == null || matched > foremost.matched()) {
        foremost =
            new Observation.Follower(voter.getId().toString(), info.getNextIndex() - 1, matched);
      }
    }
    return foremost;
  }

  /** Whether it acknowledged what was sent at most so long ago. */
  synchronized boolean heard(RaftPeerId follower, int withinMillis) {
    FollowerInfo info = followers.get(follower);
    return info != null
        && info.getLastRespondedAppendEntriesSendTime().elapsedTimeMs() < withinMillis;
  }
}
