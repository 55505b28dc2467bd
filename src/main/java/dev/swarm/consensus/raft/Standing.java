package dev.swarm.consensus.raft;

/**
 * Where this manager stands in the group right now.
 *
 * @param alive false when this replica has stopped for good
 * @param leads whether we lead and our first entry of the term is applied
 * @param leader id of the leading manager; empty when none is known or it is not ready
 */
public record Standing(boolean alive, boolean leads, String leader, long term) {}
