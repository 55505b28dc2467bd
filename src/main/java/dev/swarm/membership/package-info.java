/**
 * Who is a manager. What is wanted stands in the committed records; the leader makes the Raft group
 * follow them, one change at a time ({@code Reconciler}, pure), and a new leader goes on where the
 * old one stopped, for nothing else is remembered. Every manager answers those who want to join and
 * those who are not sure that they still belong. How the group is changed is left to consensus,
 * where the workers of a leaving manager go to those who plan moves.
 */
package dev.swarm.membership;
