/**
 * The way of a command into the log: bounded by count and bytes, gathered into entries, offered
 * again under the same number, given up in time.
 *
 * <p>The log behind it is an {@link dev.swarm.consensus.gate.Entrance}; knows no Ratis.
 */
package dev.swarm.consensus.gate;
