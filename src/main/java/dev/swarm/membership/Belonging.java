package dev.swarm.membership;

import dev.swarm.model.ClusterState;
import dev.swarm.model.ManagerInfo;

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
}
