package dev.swarm.consensus.digests;

import dev.swarm.model.ClusterState;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** One copy of the replicated state, as those see it who compare it with the others. */
public interface Replica {
  /** The newest applied state. */
  ClusterState state();

  /** The digests of the states that this replica had. */
  DigestHistory digests();

  /** Index of the newest snapshot; -1 when there is none. */
  long snapshotIndex();

  /** Whether the records of the state give its digest. Reads them all. */
  boolean intact();

  /** Whether this replica's state is known to be wrong. */
  boolean distrusted();

  /** This replica's state is wrong: it neither leads nor tells it any more. */
  void distrust();

  /** Takes another's state for its own. Blocks. */
  void mend(ClusterState right) throws IOException;

  /** Whether we lead and our first entry of the term is applied. */
  boolean leads();

  /** Whether the others take us for their leader although our state is wrong. */
  boolean leadsUntrusted();

  /** The managers whose votes count. */
  Set<String> voters();

  /** The other members with a vote, as Raft names them. */
  List<String> otherPeers();

  /** Asks that member to lead; completes when it does, or fails when it did not in time. */
  CompletableFuture<?> handOver(String peer);
}
