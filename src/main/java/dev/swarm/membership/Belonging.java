package dev.swarm.membership;

import dev.swarm.model.ClusterState;
import dev.swarm.model.ManagerInfo;
import dev.swarm.model.SwarmException;

/** Whether somebody is a member, as one state knows it. */
enum Belonging {
  /** This state cannot tell: it may be from before that member came. */
  UNKNOWN,
  /** It is one. */
  MEMBER,
  /** It was one, and its name is free. */
  REMOVED,
  /** It was one, and another member has its name now. */
  REPLACED;

  /**
   * Numbers are the indexes of the entries that gave them, and are never given again: a state that
   * has applied that entry and does not know the member knows that it is one no more.
   */
  static Belonging of(ClusterState state, String manager, long member) {
    if (state.managers().isEmpty()) return UNKNOWN;
    ManagerInfo record = state.managers().get(manager);
    if (record != null && record.member() == member) return MEMBER;
    if (state.index() <= member) return UNKNOWN;
    if (record == null) return REMOVED;
    return record.member() > member ? REPLACED : UNKNOWN;
  }

  /**
   * A folder that was removed, or whose place another has, does not come back as a new member:
   * throws NOT_FOUND where this state knows that. The wish bears the number that the folder had, 0
   * for none.
   */
  static void requireWelcome(ClusterState state, ManagerInfo wish) {
    if (wish.member() == 0) return;
    ManagerInfo known = state.managers().get(wish.id());
    if (known != null && known.nonce().equals(wish.nonce())) return;
    switch (of(state, wish.id(), wish.member())) {
      case REMOVED -> throw gone(wish.id() + " was removed from the cluster");
      case REPLACED -> throw gone(wish.id() + " has another data folder by now");
      case MEMBER, UNKNOWN -> {}
    }
  }

  private static SwarmException gone(String what) {
    return new SwarmException(
        SwarmException.Kind.NOT_FOUND,
        "manager " + what + ": to let it join as a new member, move this data folder away");
  }
}
