package dev.swarm.config;

import dev.swarm.model.BatchSettings;
import dev.swarm.model.EdgeLimits;
import dev.swarm.model.HeartbeatSettings;
import dev.swarm.model.MoveRates;
import dev.swarm.model.Names;
import dev.swarm.model.Settings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Reads a manager's configuration. */
final class ManagerReader {
  private static final int API_PORT = 7001;
  private static final int RAFT_PORT = 7101;
  private static final int HTTP_PORT = 7201;

  private final Reading reading;
  private final Section root;

  ManagerReader(Reading reading, Section root) {
    this.reading = reading;
    this.root = root;
  }

  ManagerConfig read() {
    String id = root.read(() -> root.text("id", "id", text -> Names.check("manager", text), "x"));
    String cluster = root.text("cluster", "id", text -> Names.check("cluster", text), "x");
    Path dataDir = root.text("dataDir", "path", Path::of, Path.of("x"));
    var listed = entries();
    boolean joins = root.has("join");
    List<Address> join = join();
    ManagerEntry own = own(id, listed);
    Listener api = Listener.from(root.section("api"), API_PORT, own == null ? null : own.api());
    RaftConfig raft = raft(own);
    Listener http = Listener.from(root.section("http"), HTTP_PORT, own == null ? null : own.http());
    EdgeLimits limits = limits(root.section("limits"));
    MoveRates moves = moves(root.section("moves"));
    Section shutdown = root.section("shutdown");
    Integer stopMillis = shutdown.read(() -> shutdown.millis("timeout", "20s", "0ms", "10m"));
    Settings settings = settings(root.section("settings"));
    if (listed == null && join != null && joins) listed = List.of();
    if (listed == null && !joins && id != null && api != null && raft != null && http != null) {
      listed = ManagerConfig.alone(id, api, raft.listener(), http);
    }
    if (listed != null && join != null)
      check(new ManagerChecks(id, api, raft, http, listed, join, settings));
    reading.finish();
    return new ManagerConfig(
        id, cluster, dataDir, api, raft, http, listed, join, limits, moves, stopMillis, settings);
  }

  /** Null when something is wrong with it. */
  private List<Address> join() {
    List<Address> join = root.read(() -> root.listOrNone("join", "host:port", Address::parse));
    if (join == null || !join.isEmpty() || !root.has("join")) return join;
    root.problem("join", "at least one is needed");
    return null;
  }

  private void check(ManagerChecks checks) {
    checks.problems().forEach(problem -> reading.problem(problem.path(), problem.reason()));
  }

  /** The managers listed, null where one could not be read; null when there is no list. */
  private List<ManagerEntry> entries() {
    List<Section> sections = root.read(() -> root.sections("managers"));
    if (sections == null || !root.has("managers")) return null;
    var entries = new ArrayList<ManagerEntry>();
    for (Section entry : sections) entries.add(ManagerEntry.from(entry));
    return entries;
  }

  private static ManagerEntry own(String id, List<ManagerEntry> listed) {
    if (id == null || listed == null) return null;
    return listed.stream()
        .filter(Objects::nonNull)
        .filter(entry -> entry.id().equals(id))
        .findFirst()
        .orElse(null);
  }

  private RaftConfig raft(ManagerEntry own) {
    Section raft = root.section("raft");
    Section snapshot = root.section("snapshot");
    Listener listener = Listener.from(raft, RAFT_PORT, own == null ? null : own.raft());
    RaftConfig read =
        root.read(
            () ->
                new RaftConfig(
                    listener == null ? Listener.at("x", 1) : listener,
                    raft.millis("electionTimeoutMin", "500ms", "50ms", "30s"),
                    raft.millis("electionTimeoutMax", "1s", "100ms", "60s"),
                    snapshot.whole(
                        "everyEntries", RaftConfig.DEFAULT_SNAPSHOT_EVERY, 100, 100_000_000)));
    return listener == null ? null : read;
  }

  private static EdgeLimits limits(Section section) {
    EdgeLimits preset = EdgeLimits.DEFAULT;
    return section.read(
        () ->
            new EdgeLimits(
                section.whole("connections", preset.connections(), 10, 1_000_000),
                section.whole(
                    "connectionsPerAddress", preset.connectionsPerAddress(), 1, 1_000_000),
                section.whole("httpConnections", preset.httpConnections(), 10, 10_000),
                section.whole("reservedDescriptors", preset.reservedDescriptors(), 100, 100_000),
                section.millis("handshake", "5s", "100ms", "60s"),
                section.millis("request", "5s", "100ms", "10m"),
                section.millis("hello", "5s", "100ms", "60s"),
                section.millis("idle", "2m", "1s", "1h"),
                section.whole("streams", preset.streams(), 4, 20_000),
                section.whole("headerBytes", preset.headerBytes(), 1_024, 65_536),
                section.whole("helloBytes", preset.helloBytes(), 4_096, 1_048_576),
                section.whole("messageBytes", preset.messageBytes(), 131_072, 1_048_576),
                section.whole(
                    "unfinishedBytes", preset.unfinishedBytes(), 1_048_576, 1_073_741_824),
                section.whole("framesPerSecond", preset.framesPerSecond(), 500, 1_000_000),
                section.whole("resets", preset.resets(), 10, 1_000_000),
                section.whole("messagesPerSecond", preset.messagesPerSecond(), 100, 1_000_000),
                section.whole("beatFactor", preset.beatFactor(), 2, 100),
                section.whole("offences", preset.offences(), 1, 1_000),
                section.whole("sessionsPerSecond", preset.sessionsPerSecond(), 10, 1_000_000),
                section.whole("sessionsPerWorker", preset.sessionsPerWorker(), 2, 100_000)));
  }

  private static MoveRates moves(Section section) {
    MoveRates preset = MoveRates.DEFAULT;
    return section.read(
        () ->
            new MoveRates(
                section.whole("drainPerSecond", preset.drainPerSecond(), 1, 10_000),
                section.whole("rebalancePerSecond", preset.rebalancePerSecond(), 0, 10_000)));
  }

  private static Settings settings(Section settings) {
    Section heartbeat = settings.section("heartbeat");
    Section batch = settings.section("batch");
    HeartbeatSettings beats = settings.read(() -> heartbeat(heartbeat));
    BatchSettings batches = settings.read(() -> batch(batch));
    return beats == null || batches == null ? null : new Settings(beats, batches, 0);
  }

  private static HeartbeatSettings heartbeat(Section section) {
    return new HeartbeatSettings(
        section.millis("period", "5s", "100ms", "60s"),
        section.percent("jitter", "10%", "0%", "50%"),
        section.whole("ttlMultiplier", 3, 2, 20),
        section.whole("failoverMultiplier", 6, 3, 60),
        section.whole("maxPerSecond", 0, 0, HeartbeatSettings.MAX_PER_SECOND),
        0);
  }

  private static BatchSettings batch(Section section) {
    return new BatchSettings(
        section.millis("maxDelay", "100ms", "1ms", "10s"),
        section.whole("maxSize", 100, 1, 10_000));
  }
}
