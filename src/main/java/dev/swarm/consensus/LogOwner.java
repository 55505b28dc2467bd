package dev.swarm.consensus;

import dev.swarm.model.ClusterState;

/** Hears what the log of this manager tells, whichever log that is just now. */
interface LogOwner {
  /** Who leads may have changed. */
  void look();

  /** An entry was applied; on any thread. */
  void applied(ClusterState.Applied entry);

  /** Everything may be different, and the state is newer than any before; on any thread. */
  void replaced(ClusterState state);

  /**
   * What was told before may have been wrong; the state is no older than any before. On any thread.
   */
  void mended(ClusterState state);
}
