/**
 * Gives tasks that name no worker to one. Works on the leader only.
 *
 * <p>Owns the choice: the UP, ACTIVE worker with the fewest tasks. Promises that every task that
 * can be placed is proposed for a worker as soon as there is one, and that nothing is asked for
 * while nothing waits. Leaves to consensus that a placement counts only while task, worker and
 * epoch are as they were when it was chosen.
 */
package dev.swarm.placement;
