package dev.swarm.consensus;

import dev.swarm.bus.Messages.Role;
import dev.swarm.bus.Messages.RoleChanged;
import dev.swarm.consensus.raft.Standing;

/** Tells changes of role from mere observations. */
final class RoleWatch {
  private RoleChanged current = new RoleChanged(Role.FOLLOWER, "", 0);

  /** What was last announced. */
  RoleChanged current() {
    return current;
  }

  /** Whether we lead, as last announced. */
  boolean leads() {
    return current.role() == Role.LEADER;
  }

  /**
   * Compares with what was seen before.
   *
   * @return true when {@link #current()} is news: elections without a result are not
   */
  boolean changed(Standing standing) {
    Role role = standing.leads() ? Role.LEADER : Role.FOLLOWER;
    String leader = standing.alive() ? standing.leader() : "";
    boolean same = role == current.role() && leader.equals(current.leader());
    if (same && (leader.isEmpty() || standing.term() == current.term())) return false;
    current = new RoleChanged(role, leader, standing.term());
    return true;
  }
}
