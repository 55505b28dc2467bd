package dev.swarm.consensus.raft;

import dev.swarm.consensus.formation.Identity;
import dev.swarm.consensus.guard.Observation;
import dev.swarm.consensus.guard.Space;
import dev.swarm.consensus.guard.SpaceLevel;
import java.util.Map;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.DivisionInfo;
import org.apache.ratis.server.RaftConfiguration;
import org.apache.ratis.server.raftlog.RaftLog;
import org.apache.ratis.util.LifeCycle;

/** What can be seen of a node from outside, each time a moment's view. */
final class Lookout {
  private static final int ATTEMPTS_TO_READ_STANDING = 3;

  private final RaftNode node;
  private final RaftOptions options;

  Lookout(RaftNode node) {
    this.node = node;
    options = node.options();
  }

  /** Where we stand. */
  Standing standing() {
    DivisionInfo info = node.division().getInfo();
    for (int i = 0; i < ATTEMPTS_TO_READ_STANDING; i++) {
      long term = info.getCurrentTerm();
      boolean ready = info.isLeaderReady();
      RaftPeerId leader = info.getLeaderId();
      if (info.getCurrentTerm() == term) return standing(info.isAlive(), ready, leader, term);
    }
    return new Standing(info.isAlive(), false, "", info.getCurrentTerm());
  }

  private Standing standing(boolean alive, boolean ready, RaftPeerId leader, long term) {
    if (alive && ready && !node.machine().distrusted()) {
      return new Standing(true, true, options.id(), term);
    }
    boolean unknown = !alive || leader == null || leader.equals(node.self());
    return new Standing(alive, false, unknown ? "" : Identity.managerOf(leader.toString()), term);
  }

  /**
   * Whether a majority acknowledged, within the shortest election time-out, that we lead. Nobody
   * else was elected then, but for the moment in which a candidate that had its majority's promise
   * before is being voted for, or a successor that we asked to take over.
   */
  boolean hasMajority() {
    RaftConfiguration group = node.division().getRaftConf();
    FollowerContacts contacts = node.contacts();
    int within = options.electionMinMillis();
    return contacts.majority(group.getCurrentPeers(), node.self(), within)
        && (group.getPreviousPeers().isEmpty()
            || contacts.majority(group.getPreviousPeers(), node.self(), within));
  }

  /** What the guard should know. */
  Observation observe(Space space, Map<String, SpaceLevel> rooms) {
    DivisionInfo info = node.division().getInfo();
    RaftLog log = node.division().getRaftLog();
    LifeCycle.State life = info.getLifeCycleState();
    return new Observation(
        info.isAlive() && life != LifeCycle.State.EXCEPTION,
        log.isOpened(),
        info.isLeader(),
        info.isLeaderReady(),
        node.machine().getLifeCycleState() != LifeCycle.State.RUNNING,
        log.getStartIndex(),
        log.getFlushIndex(),
        log.getLastCommittedIndex(),
        info.getLastAppliedIndex(),
        node.contacts()
            .answering(
                node.division().getRaftConf().getCurrentPeers(),
                2 * options.electionMinMillis(),
                rooms),
        space,
        node.machine().snapshots());
  }
}
