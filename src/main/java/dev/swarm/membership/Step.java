package dev.swarm.membership;

import dev.swarm.bus.Messages.GroupMember;
import dev.swarm.model.Command;
import java.util.List;

/** What the leader does next so that the Raft group becomes what the committed records say. */
sealed interface Step {
  /** Nothing now. */
  record Rest() implements Step {}

  /** Commit this: the group has become what the record said. */
  record Commit(Command command) implements Step {}

  /**
   * Make these the voters.
   *
   * @param added who is new among them; null for nobody
   * @param reason for people
   */
  record Change(List<GroupMember> voters, GroupMember added, String reason) implements Step {}

  /** Let another lead, so that this manager can leave. */
  record Yield(GroupMember heir) implements Step {}
}
