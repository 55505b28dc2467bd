package dev.swarm.consensus;

import dev.swarm.codec.LogCodec;
import dev.swarm.model.Rules;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/**
 * By which rules this leader may write: a member with an older program would stop at an entry that
 * it does not know, so all others must have told that they do.
 */
final class KnownRules {
  private final Map<String, Integer> versions = new HashMap<>();

  /** That manager reads entries up to this format version. */
  void heard(String manager, int version) {
    versions.put(manager, version);
  }

  /** We do not lead: what was told counts no more. */
  void forget() {
    versions.clear();
  }

  /**
   * What the next entry may mean.
   *
   * @param inForce newest rules of the entries so far, which every member has come to terms with
   * @param others the other members with a vote
   */
  Rules next(Rules inForce, Collection<String> others) {
    boolean known =
        others.stream().allMatch(one -> versions.getOrDefault(one, 0) >= LogCodec.VERSION);
    return known ? Rules.NEWEST : inForce;
  }
}
