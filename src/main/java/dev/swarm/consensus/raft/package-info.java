/**
 * The replicated log: one Ratis server with its settings, its state machine and what it tells of
 * its followers. Nothing outside this package calls that server.
 *
 * <p>Promises that an entry answered is committed on a majority's disks and applied here, and that
 * a replica which cannot trust its data stops instead of going on.
 */
package dev.swarm.consensus.raft;
