package dev.swarm.consensus.digests;

import dev.swarm.model.ClusterState;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** A replica whose records cannot even be read. */
class UnreadableReplica implements Replica {
  private final DigestHistory digests = new DigestHistory();
  private final Set<String> voters;
  private volatile boolean distrusted;

  UnreadableReplica(Set<String> voters) {
    this.voters = voters;
  }

  @Override
  public boolean intact() {
    throw new IllegalStateException("no such record");
  }

  @Override
  public ClusterState state() {
    throw new IllegalStateException("no such record");
  }

  @Override
  public void mend(ClusterState right) {
    throw new IllegalStateException("nobody leads");
  }

  @Override
  public DigestHistory digests() {
    return digests;
  }

  @Override
  public long snapshotIndex() {
    return 1;
  }

  @Override
  public boolean distrusted() {
    return distrusted;
  }

  @Override
  public void distrust() {
    distrusted = true;
  }

  @Override
  public boolean leads() {
    return false;
  }

  @Override
  public boolean leadsUntrusted() {
    return false;
  }

  @Override
  public Set<String> voters() {
    return voters;
  }

  @Override
  public List<String> otherPeers() {
    return List.of();
  }

  @Override
  public CompletableFuture<?> handOver(String peer) {
    return CompletableFuture.completedFuture(null);
  }
}
