/**
 * The edge of a manager's network: how many may connect, how fast they must say who they are, and
 * how much they may ask for. Owns the listening sockets' admission and the conduct of each
 * connection. Promises that whoever misbehaves loses only his own connection, and that a flood of
 * connections leaves descriptors for everything else. Leaves requests and sessions to the features.
 */
package dev.swarm.edge;
