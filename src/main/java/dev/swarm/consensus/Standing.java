package dev.swarm.consensus;

/**
 * Where this manager stands in the group right now.
 *
 * @param alive false when this replica has stopped for good
 * @param leads whether we lead and our first entry of the term is applied
 * @param leader id of the leading manager; empty when none is known or it is not ready
 */
record Standing(boolean alive, boolean leads, String leader, long term) {}
