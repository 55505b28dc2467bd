package dev.swarm.bus;

import dev.swarm.bus.Messages.GuardChanged;
import dev.swarm.bus.Messages.Happened;
import dev.swarm.bus.Messages.LeaderHeard;
import dev.swarm.bus.Messages.MembershipChanged;
import dev.swarm.bus.Messages.Moves;
import dev.swarm.bus.Messages.RoleChanged;
import dev.swarm.bus.Messages.StateNews;

/** All news that verticles publish. */
public final class Topics {
  /** From consensus: what each applied entry changed, in log order. */
  public static final Topic<StateNews> STATE = new Topic<>("consensus.changes");

  /** From consensus: who leads, and whether that is us. */
  public static final Topic<RoleChanged> ROLE = new Topic<>("consensus.role");

  /** From consensus: whether this manager takes part, and why not. */
  public static final Topic<GuardChanged> GUARD = new Topic<>("consensus.guard");

  /** From consensus, while this manager is no member of a group yet, and once it is. */
  public static final Topic<MembershipChanged> MEMBERSHIP = new Topic<>("consensus.membership");

  /** From each dispatcher, when it changes: whether it hears from a leader. */
  public static final Topic<LeaderHeard> LEADER_HEARD = new Topic<>("dispatch.leader");

  /** From rebalance on the leader, from forward elsewhere: workers are to go elsewhere. */
  public static final Topic<Moves> MOVES = new Topic<>("rebalance.moves");

  /** From whoever knows: what happened on this manager that an operator should hear of. */
  public static final Topic<Happened> EVENTS = new Topic<>("events.happened");

  private Topics() {}
}
