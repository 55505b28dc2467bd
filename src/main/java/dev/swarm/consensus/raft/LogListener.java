package dev.swarm.consensus.raft;

import dev.swarm.model.ClusterState;

/** Hears of the log, on Ratis' threads. Must not block. */
public interface LogListener {
  /** An entry was applied. */
  void applied(ClusterState.Applied entry);

  /** The state was loaded from a snapshot: anything may be different. */
  void replaced(ClusterState state);

  /** The state was wrong and is right now: whatever was made of it does not hold. */
  void mended(ClusterState state);

  /** Who leads, and whether that is us, may have changed. */
  void leadershipChanged();

  /** This replica has stopped for good. */
  void failed(String reason);

  /** The log cannot be written any more; what Ratis must still write comes after this call. */
  default void logFailed(String reason) {
    failed(reason);
  }

  /** The Raft server was shut down; opened again it may do. */
  default void closed(String reason) {
    failed(reason);
  }
}
