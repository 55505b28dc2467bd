/**
 * The workers' streams, on every manager.
 *
 * <p>Owns the sessions of the workers connected here, what each is still to be told, and what they
 * said and is not yet settled. Promises that a change of assignments leaves within the agreed
 * delay, that a worker's version never goes backwards, that a slow or silent worker costs only
 * itself, and that nothing is acknowledged before it is committed. Leaves to the leader who is up
 * and who gets which task: it learns of sessions and assignments from the manager's own replica.
 */
package dev.swarm.dispatch;
