package dev.swarm.consensus.formation;

import dev.swarm.v1.FounderAnswer;
import java.util.Collection;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a manager tells of itself to those who want to form a group with it.
 *
 * @param cluster name of the cluster
 * @param manager id of the manager
 * @param listed the managers of its configuration
 * @param nonce of its folder
 * @param seed digest of what it shall begin from; empty for nothing
 * @param formation the group that it is a member of; null while it is blank
 */
record FounderCard(
    String cluster,
    String manager,
    SortedSet<String> listed,
    String nonce,
    String seed,
    Formation formation) {

  static FounderCard blank(Founding founding, Collection<String> listed) {
    return new FounderCard(
        founding.cluster(),
        founding.manager(),
        sorted(listed),
        founding.nonce(),
        founding.seed(),
        null);
  }

  static FounderCard formed(Identity identity, Collection<String> listed) {
    return new FounderCard(
        identity.cluster(),
        identity.manager(),
        sorted(listed),
        identity.nonce(),
        "",
        identity.formation());
  }

  static FounderCard from(FounderAnswer answer) {
    return new FounderCard(
        answer.getCluster(),
        answer.getManager(),
        sorted(answer.getListedList()),
        answer.getNonce(),
        answer.getSeed(),
        answer.getFoundersCount() == 0
            ? null
            : new Formation(new TreeMap<>(answer.getFoundersMap())));
  }

  FounderAnswer toAnswer() {
    FounderAnswer.Builder answer =
        FounderAnswer.newBuilder()
            .setCluster(cluster)
            .setManager(manager)
            .addAllListed(listed)
            .setNonce(nonce)
            .setSeed(seed);
    if (formation != null) answer.putAllFounders(formation.founders());
    return answer.build();
  }

  private static SortedSet<String> sorted(Collection<String> ids) {
    return Collections.unmodifiableSortedSet(new TreeSet<>(ids));
  }
}
