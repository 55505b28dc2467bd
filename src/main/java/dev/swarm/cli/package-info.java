/**
 * The command line: asks any manager over HTTP and prints what it says.
 *
 * <p>Owns the words, the output formats and the exit codes that scripts rely on. Promises data on
 * stdout, progress and errors on stderr, and a start without Vert.x. Leaves every decision about
 * the cluster to the managers.
 */
package dev.swarm.cli;
