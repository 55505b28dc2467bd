/**
 * Whether all replicas have the same state: digests remembered, compared, judged by a majority, and
 * the right state fetched by the one that differs.
 *
 * <p>Sees the log only as a {@link dev.swarm.consensus.digests.Replica}; knows no Ratis.
 */
package dev.swarm.consensus.digests;
