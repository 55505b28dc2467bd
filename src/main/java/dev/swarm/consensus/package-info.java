/**
 * What the managers agree on, kept by Apache Ratis: the log, the snapshots, who leads.
 *
 * <p>Its parts: {@code formation} (who belongs to a group), {@code gate} (a command's way into the
 * log), {@code guard} (what is to be done when something goes wrong), {@code digests} (whether all
 * have the same state), {@code snapshots}, {@code raft} (the Ratis server) and {@code storage} (the
 * log's files). Here they are put together.
 *
 * <p>Owns the Ratis server and its data folder; no other package knows Ratis. Promises that a
 * proposal answered is committed on a majority's disks and applied here, that news come in log
 * order, that nobody is told LEADER before the first entry of the term is applied, and that a
 * replica which cannot trust its data stops instead of going on. Leaves what commands mean to
 * {@code model}, and their encoding to {@code codec}.
 */
package dev.swarm.consensus;
