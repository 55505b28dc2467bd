package dev.swarm.model;

/**
 * A process that had a worker's session before another process of the same worker opened one.
 *
 * @param boot random number of that process
 * @param dial its newest attempt that was granted
 */
public record FormerAgent(long boot, long dial) {}
