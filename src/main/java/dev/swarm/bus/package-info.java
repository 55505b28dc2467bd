/**
 * How the verticles of one manager talk: typed requests and topics over the local event bus.
 *
 * <p>Owns the addresses ({@link dev.swarm.bus.Endpoints}, {@link dev.swarm.bus.Topics}) and the
 * messages. Promises that messages pass by reference, stay in this process (also in a clustered
 * Vert.x), carry the manager's id in their address so that several managers can share one Vert.x,
 * and that failures keep their kind. Leaves to its users what the messages mean.
 */
package dev.swarm.bus;
