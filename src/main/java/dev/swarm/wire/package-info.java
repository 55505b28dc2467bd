/**
 * Where protobuf stops: the gRPC methods of {@code swarm.v1}, the clients for them, single calls of
 * them, and the way from and to its messages.
 *
 * <p>Owns the translation, the check of what strangers send, and the mapping of failures to gRPC
 * statuses. Promises that a message which came through {@link dev.swarm.wire.FromProto} is valid.
 * Leaves streams to the features.
 */
package dev.swarm.wire;
