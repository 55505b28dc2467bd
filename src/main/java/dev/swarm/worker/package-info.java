/**
 * The worker's side: one agent dials a manager, is handed tasks, runs them and reports.
 *
 * <p>Owns the agent's session, what it holds, its outbox and the record of both on disk. Promises
 * that an attempt of a task is started at most once, also across a SIGKILL, and that a report is
 * offered until it is settled. Leaves to the managers who leads, who is up, and what is to be done.
 */
package dev.swarm.worker;
