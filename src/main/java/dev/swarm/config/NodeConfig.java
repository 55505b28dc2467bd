package dev.swarm.config;

import java.nio.file.Path;

/** What one process is configured as. */
public sealed interface NodeConfig permits ManagerConfig, WorkerConfig {
  /** The id of the manager, or the one that the ids of the process' workers begin with. */
  String id();

  /** The cluster it belongs to. */
  String cluster();

  /** The folder that is its own. */
  Path dataDir();
}
