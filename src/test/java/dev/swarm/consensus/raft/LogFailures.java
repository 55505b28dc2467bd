package dev.swarm.consensus.raft;

import dev.swarm.model.ClusterState;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Keeps what a log says when it stops, and nothing else. */
final class LogFailures implements LogListener {
  final List<String> reasons = new CopyOnWriteArrayList<>();

  @Override
  public void applied(ClusterState.Applied entry) {}

  @Override
  public void replaced(ClusterState state) {}

  @Override
  public void mended(ClusterState state) {}

  @Override
  public void leadershipChanged() {}

  @Override
  public void failed(String reason) {
    reasons.add(reason);
  }
}
