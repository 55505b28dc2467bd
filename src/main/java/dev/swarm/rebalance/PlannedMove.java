package dev.swarm.rebalance;

import dev.swarm.model.WorkerId;

/**
 * A worker is to go elsewhere.
 *
 * @param holder manager that has its session
 * @param target manager to go to
 */
record PlannedMove(String holder, WorkerId worker, String target, String reason) {}
