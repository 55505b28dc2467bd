/**
 * Which worker should go to which manager. Works on the leader only and in memory only: a new
 * leader plans anew from the state.
 *
 * <p>Owns the plan of moves, their rate, and what was asked and is not settled yet. Promises that a
 * manager that gives its workers up loses all of them, that a manager that joins, is back or is
 * weighted gets its share and no more workers move for it than must, each at most once, and that
 * nothing is walked through while there is nothing to move. Leaves to the dispatcher that holds a
 * worker to tell it, and to the worker to go: whoever cannot go stays where it is.
 */
package dev.swarm.rebalance;
