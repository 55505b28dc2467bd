package dev.swarm.worker;

/**
 * How long an agent waits for others.
 *
 * @param welcomeMillis no Welcome in this time after the dial: try another manager; more than a
 *     manager parks a Hello
 * @param settleMillis tasks left by a former process wait so long for the manager to say what has
 *     changed
 * @param goodbyeMillis how long a manager may take to commit our Goodbye
 */
record AgentTimings(long welcomeMillis, long settleMillis, long goodbyeMillis) {
  static final AgentTimings DEFAULT = new AgentTimings(4_000, 1_000, 1_000);
}
