/**
 * The words of the domain and what the managers agree on.
 *
 * <p>Owns {@link dev.swarm.model.ClusterState} (immutable), the {@link dev.swarm.model.Command}s
 * that may change it, what each of them does (the Effects, by subject, on a {@link
 * dev.swarm.model.Transition}) and the {@link dev.swarm.model.Change}s they cause. Promises that
 * applying the same commands in the same order gives the same state and the same digest on every
 * manager: no clock, no random numbers, no I/O, no unordered iteration. Leaves encoding, storage
 * and agreement to {@code consensus}.
 */
package dev.swarm.model;
