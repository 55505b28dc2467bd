package dev.swarm.consensus.formation;

import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a manager without data does after it asked the others. A group is formed only when all
 * listed managers are there and blank. One that is formed with exactly this folder is followed; any
 * other group is none of ours: a lost disk under an old id must not vote.
 */
sealed interface FormationDecision {

  /** Become a member of this group. */
  record Form(Formation formation) implements FormationDecision {}

  /** Ask again: these have not answered. */
  record Wait(SortedSet<String> missing) implements FormationDecision {}

  /**
   * The group is formed and has a member of our name, whose data is lost: come back as a new one.
   */
  record Rejoin(Formation formation) implements FormationDecision {}

  /** Never with these managers as they are. */
  record Refuse(String reason) implements FormationDecision {}

  /**
   * Decides.
   *
   * @param self a blank manager
   * @param answers of the other listed managers, by the id they are listed under
   */
  static FormationDecision of(FounderCard self, Map<String, FounderCard> answers) {
    for (FounderCard answer : answers.values()) {
      boolean ours =
          answer.formation() != null && answer.formation().has(self.manager(), self.nonce());
      if (ours && answer.cluster().equals(self.cluster())) return follow(self, answer);
    }
    SortedMap<String, String> founders = new TreeMap<>(Map.of(self.manager(), self.nonce()));
    SortedSet<String> missing = new TreeSet<>(self.listed());
    missing.remove(self.manager());
    Formation lost = lost(self, answers);
    if (lost != null) return new Rejoin(lost);
    for (Map.Entry<String, FounderCard> answer : new TreeMap<>(answers).entrySet()) {
      String problem = problem(self, answer.getKey(), answer.getValue());
      if (problem != null) return new Refuse(problem);
      missing.remove(answer.getKey());
      founders.put(answer.getKey(), answer.getValue().nonce());
    }
    return missing.isEmpty() ? new Form(new Formation(founders)) : new Wait(missing);
  }

  /** The group that had a member of our name which is blank now; null when there is none. */
  private static Formation lost(FounderCard self, Map<String, FounderCard> answers) {
    if (!self.seed().isEmpty()) return null;
    for (Map.Entry<String, FounderCard> answer : new TreeMap<>(answers).entrySet()) {
      FounderCard other = answer.getValue();
      boolean right =
          other.manager().equals(answer.getKey()) && other.cluster().equals(self.cluster());
      if (!right || other.formation() == null) continue;
      if (other.formation().founders().containsKey(self.manager())) return other.formation();
    }
    return null;
  }

  private static FormationDecision follow(FounderCard self, FounderCard member) {
    if (member.formation().founders().keySet().equals(self.listed())) {
      return new Form(member.formation());
    }
    return new Refuse(
        "this manager lists "
            + self.listed()
            + ", but the cluster was formed by "
            + member.formation().founders().keySet());
  }

  /** Why no group can be formed with this manager; null when one can. */
  private static String problem(FounderCard self, String listedAs, FounderCard other) {
    String who = "manager " + listedAs;
    if (!other.manager().equals(listedAs)) {
      return "at the address of " + who + " there is manager " + other.manager();
    }
    if (!other.cluster().equals(self.cluster())) {
      return who + " belongs to cluster " + other.cluster() + ", not to " + self.cluster();
    }
    if (other.formation() != null) return foreign(self, who, other.formation());
    if (!other.listed().equals(self.listed())) {
      return who + " lists the managers " + other.listed() + ", this one lists " + self.listed();
    }
    if (!other.seed().equals(self.seed())) {
      return who
          + " is to begin from "
          + seed(other)
          + ", this one from "
          + seed(self)
          + ": restore the same file on every manager";
    }
    return null;
  }

  private static String foreign(FounderCard self, String who, Formation formation) {
    if (!self.seed().isEmpty()) {
      return who
          + " still has the data from before the restore: stop all managers and restore the same"
          + " file on each";
    }
    return who
        + " is a member of a cluster formed by "
        + formation.founders().keySet()
        + ": if manager "
        + self.manager()
        + " is to become a new member of it, start it with join instead of managers";
  }

  private static String seed(FounderCard card) {
    return card.seed().isEmpty() ? "nothing" : "snapshot " + card.seed().substring(0, 12);
  }
}
