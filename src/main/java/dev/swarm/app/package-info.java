/**
 * Puts the parts together: the one place that sees all of them, the clock and the configuration.
 *
 * <p>Owns the entry point of the jar, the two verticles a host application deploys ({@link
 * dev.swarm.app.ManagerVerticle}, {@link dev.swarm.app.WorkerVerticle}) and which verticles run
 * while this manager leads or follows. Leaves every decision about workers and tasks to the parts.
 */
package dev.swarm.app;
