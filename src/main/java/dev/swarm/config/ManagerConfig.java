package dev.swarm.config;

import dev.swarm.model.EdgeLimits;
import dev.swarm.model.MoveRates;
import dev.swarm.model.Names;
import dev.swarm.model.Settings;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.function.ToIntFunction;

/**
 * A manager's process.
 *
 * @param id of this manager, one of {@code managers}
 * @param cluster name that all managers and workers of a cluster share
 * @param dataDir the folder of the Raft log; no other process uses it
 * @param api gRPC: workers, the link between managers
 * @param raft the agreement between managers
 * @param http JSON, page, metrics, health
 * @param managers that form the cluster, this one among them: 1, 3 or 5; none where it joins one
 * @param join api addresses of a running cluster's managers, of which this one becomes a member;
 *     none where it forms one
 * @param limits of what strangers may ask of its ports
 * @param moves how fast workers are asked to move, while this manager leads
 * @param stopMillis how long a manager that is told to end may take to give its workers up
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
    List<Address> join,
    EdgeLimits limits,
    MoveRates moves,
    int stopMillis,
    Settings settings)
    implements NodeConfig {

  /** Checks what must hold between the fields; throws a {@link ConfigException} naming all. */
  public ManagerConfig {
    Names.check("manager", id);
    Names.check("cluster", cluster);
    Objects.requireNonNull(dataDir, "dataDir");
    managers = List.copyOf(managers);
    join = List.copyOf(join);
    Objects.requireNonNull(limits, "limits");
    Objects.requireNonNull(moves, "moves");
    ConfigException.throwIfAny(
        new ManagerChecks(id, api, raft, http, managers, join, Objects.requireNonNull(settings))
            .problems());
  }

  /**
   * A configuration made in a program; its keys are those of a file, {@code role} may be left out.
   * Neither environment nor system properties count.
   *
   * @throws ConfigException with all problems
   */
  public static ManagerConfig of(JsonObject json) {
    return (ManagerConfig) ConfigFile.of("manager", json);
  }

  /**
   * The same with a free port wherever 0 stands; only a manager alone may have that, or one that
   * joins.
   *
   * @param freePort a port that is free on a host, another one with each call
   */
  public ManagerConfig withFreePorts(ToIntFunction<String> freePort) {
    if (api.port() != 0 && raft.listener().port() != 0 && http.port() != 0) return this;
    Listener openApi = api.withFreePort(freePort);
    RaftConfig openRaft = raft.withFreePort(freePort);
    Listener openHttp = http.withFreePort(freePort);
    return new ManagerConfig(
        id,
        cluster,
        dataDir,
        openApi,
        openRaft,
        openHttp,
        join.isEmpty() ? alone(id, openApi, openRaft.listener(), openHttp) : List.of(),
        join,
        limits,
        moves,
        stopMillis,
        settings);
  }

  /** A manager alone: it is the cluster. */
  static List<ManagerEntry> alone(String id, Listener api, Listener raft, Listener http) {
    return List.of(new ManagerEntry(id, api.advertise(), raft.advertise(), http.advertise()));
  }
}
