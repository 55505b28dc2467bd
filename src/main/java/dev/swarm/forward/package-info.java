/**
 * The link from a follower to the leader: opens, beats, rosters, reports, goodbyes and writes of
 * all workers of a manager, on one connection.
 *
 * <p>Owns both ends of the link and what waits for an answer on it. Promises one TCP connection
 * whatever the number of workers, at most ten heartbeat messages a second, bounded memory, an
 * answer or a failure with its kind for every request, and that nothing is forwarded twice. Keeps
 * no domain state: what the messages mean is left to presence and consensus.
 */
package dev.swarm.forward;
