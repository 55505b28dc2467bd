/**
 * A whole cluster in one thread, on virtual time, from a seed, with the production's pure classes.
 */
package dev.swarm.sim;
