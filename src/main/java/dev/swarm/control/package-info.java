/**
 * The operator's door: JSON over HTTP, events, health and metrics, on every manager.
 *
 * <p>Owns the shapes of the HTTP API, what may be asked of it, and the memory of what happened.
 * Promises that an answer comes from this manager's own copy of the agreed state, that {@code 202}
 * and {@code 200} to a write mean committed and readable here, and that nothing it is sent costs
 * more than a stated limit. Leaves every decision to the committed commands, and finding the leader
 * to who serves {@code leader.write}.
 */
package dev.swarm.control;
