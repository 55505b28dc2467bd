/**
 * What the managers agree on, kept by Apache Ratis: the log, the snapshots, who leads.
 *
 * <p>Sees to it that a group is formed by managers that all are blank, or all begin from the same
 * state, and that a lost disk under an old id never votes.
 *
 * <p>Owns the Ratis server and its data folder; no other package knows Ratis. Promises that a
 * proposal answered is committed on a majority's disks and applied here, that news come in log
 * order, that nobody is told LEADER before the first entry of the term is applied, and that a
 * replica which cannot trust its data stops instead of going on. Leaves what commands mean to
 * {@code model}, and their encoding to {@code codec}.
 */
package dev.swarm.consensus;
