/**
 * The files of a replicated log on the disk, read without Apache Ratis running: what {@code
 * raft/GROUP/current} holds, and whether it may be trusted.
 *
 * <p>Knows the format of Ratis' files and nothing of what entries mean: no other package of ours is
 * imported here. Promises that a log which passed {@link
 * dev.swarm.consensus.storage.StorageCheck#heal} is whole, without holes and intact to the last
 * bit; that only what was never acknowledged is cut; and that anything else is a {@link
 * dev.swarm.consensus.storage.DamagedStorageException} that names file, place and damage. Leaves
 * snapshots' contents, and what to do about damage, to {@code consensus}.
 */
package dev.swarm.consensus.storage;
