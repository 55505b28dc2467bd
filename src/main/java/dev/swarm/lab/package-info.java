/**
 * A cluster of real processes on this machine, to try, to break and to measure.
 *
 * <p>Owns the processes it starts and their folder, and ends both. Promises that what it counts is
 * counted where it would hurt: streams as the agents saw them, starts as the executors recorded
 * them, status as a surviving manager answers. Leaves everything else to the jar that users run.
 */
package dev.swarm.lab;
