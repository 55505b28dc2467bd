package dev.swarm.config;

import dev.swarm.model.Names;
import dev.swarm.model.Settings;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/**
 * A manager's process.
 *
 * @param id of this manager, one of {@code managers}
 * @param cluster name that all managers and workers of a cluster share
 * @param dataDir the folder of the Raft log; no other process uses it
 * @param api gRPC: workers, the link between managers
 * @param raft the agreement between managers
 * @param http JSON, page, metrics, health
 * @param managers that form the cluster, this one among them: 1, 3 or 5
 * @param settings what a new cluster starts with; an existing one keeps what was agreed
 */
public record ManagerConfig(
    String id,
    String cluster,
    Path dataDir,
    Listener api,
    RaftConfig raft,
    Listener http,
    List<ManagerEntry> managers,
    Settings settings)
    implements NodeConfig {

  /** Checks what must hold between the fields; throws a {@link ConfigException} naming all. */
  public ManagerConfig {
    Names.check("manager", id);
    Names.check("cluster", cluster);
    Objects.requireNonNull(dataDir, "dataDir");
    managers = List.copyOf(managers);
    ConfigException.throwIfAny(
        new ManagerChecks(id, api, raft, http, managers, Objects.requireNonNull(settings))
            .problems());
  }

  /** A manager alone: it is the cluster. */
  static List<ManagerEntry> alone(String id, Listener api, Listener raft, Listener http) {
    return List.of(new ManagerEntry(id, api.advertise(), raft.advertise(), http.advertise()));
  }
}
