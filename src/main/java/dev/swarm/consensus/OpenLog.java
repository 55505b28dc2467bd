package dev.swarm.consensus;

import dev.swarm.consensus.gate.Proposer;
import dev.swarm.consensus.guard.RoleGuard;
import dev.swarm.consensus.raft.RatisLog;

/**
 * A log from its opening to its closing: the way of commands into it, and who watches over it.
 *
 * @param begunAt index of the last entry applied when it was opened
 */
record OpenLog(RatisLog ratis, Proposer proposer, RoleGuard guard, long begunAt) {
  /** Something new was applied: it works, or did. */
  boolean proven() {
    return ratis.appliedIndex() > begunAt;
  }
}
