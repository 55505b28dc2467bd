/**
 * What is to be done when a disk, the log or this process goes wrong: hand over, step down, close
 * the log, open it again.
 *
 * <p>Everything but {@link dev.swarm.consensus.guard.Disk} is pure: an {@link
 * dev.swarm.consensus.guard.Observation} and a time go in, a {@link
 * dev.swarm.consensus.guard.Verdict} comes out. Whoever holds the log does it. Knows no Ratis and
 * no Vert.x.
 */
package dev.swarm.consensus.guard;
