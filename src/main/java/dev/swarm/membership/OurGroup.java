package dev.swarm.membership;

import java.util.Map;

/**
 * The group that this manager is a member of.
 *
 * @param id of the group
 * @param founders its first members, with their nonces: the id follows from them
 */
public record OurGroup(String id, Map<String, String> founders) {
  /** Keeps a copy. */
  public OurGroup {
    founders = Map.copyOf(founders);
  }
}
