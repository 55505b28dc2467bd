/**
 * The state on the disk: when a snapshot is taken, how it is written so that it is there whole or
 * not at all, which one is loaded, how a group begins from one, and what can be read of a replica
 * that does not run.
 *
 * <p>Knows Ratis' names and records of snapshots, but no running server.
 */
package dev.swarm.consensus.snapshots;
