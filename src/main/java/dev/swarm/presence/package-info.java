/**
 * Decides who is alive. Works on the leader only and in memory only: a new leader starts with a
 * clean table, and everything here ends with its reign.
 *
 * <p>Owns deadlines, grace and the admission of new sessions. Promises a verdict between TTL and
 * TTL + 1 s after the last confirmed beat (after a change of leader: at the end of the grace; when
 * most of the fleet falls silent together: one TTL later), never one that rests on the leader's own
 * absence, and that a heartbeat writes nothing. Leaves to consensus that a verdict is agreed and
 * still true when it is applied: every one names the session and the epoch that it judged.
 */
package dev.swarm.presence;
