package dev.swarm.membership;

import dev.swarm.model.ManagerInfo;
import java.util.List;

/**
 * What this manager is as a member.
 *
 * @param group the group that it is a member of
 * @param wish its id, nonce and addresses, as configured
 * @param member number of its membership
 * @param others api addresses of other managers, as configured
 */
public record MemberOptions(
    String cluster, String group, ManagerInfo wish, long member, List<String> others) {
  /** Keeps a copy. */
  public MemberOptions {
    others = List.copyOf(others);
  }
}
