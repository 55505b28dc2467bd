/** The figures of consensus. Imports none of its other parts. */
package dev.swarm.consensus.meters;
