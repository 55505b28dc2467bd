/**
 * Who belongs to a group, and to whom a data folder belongs: nonce, identity, the first formation.
 *
 * <p>Promises that a group is formed only by managers that all are blank, or all begin from the
 * same state, and that a lost disk under an old id never votes. Deciding ({@link
 * dev.swarm.consensus.formation.FormationDecision}) is apart from asking and from files. Knows no
 * Ratis.
 */
package dev.swarm.consensus.formation;
