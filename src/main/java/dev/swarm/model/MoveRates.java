package dev.swarm.model;

/**
 * How fast the leader asks workers to move to another manager. Each move is a new session there:
 * one command of many in an entry, and a first set of assignments.
 *
 * @param drainPerSecond away from managers that give their workers up; 1 to 10,000
 * @param rebalancePerSecond the surplus of managers with more than their share; 0 to 10,000, and 0
 *     leaves workers where they are
 */
public record MoveRates(int drainPerSecond, int rebalancePerSecond) {
  /**
   * A stop has 20 s: that is a manager of 4,000 workers. A manager of three that is back has its
   * share of 10,000 workers within half a minute, which disturbs nobody.
   */
  public static final MoveRates DEFAULT = new MoveRates(200, 100);
}
