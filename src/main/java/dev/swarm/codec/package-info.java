/**
 * How commands, outcomes and states are written in the managers' log, in snapshots, and where an
 * operator's command travels to the leader.
 *
 * <p>Owns the encoding {@code swarm.log.v1} and its version. Promises that what was once written
 * stays readable, that what is read back is equal, and that anything it does not know is an {@link
 * dev.swarm.codec.UnreadableException}, never skipped. Leaves files and agreement to {@code
 * consensus}.
 */
package dev.swarm.codec;
