package dev.swarm.lab;

import dev.swarm.config.FreePorts;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Managers and workers as processes of this machine, on free ports, in a folder of their own. */
final class LocalCluster implements AutoCloseable {
  private static final List<String> JVM_FLAGS = List.of("-Xmx1g", "-XX:MaxDirectMemorySize=512m");

  /** More of them: what operators are told, unless tests with processes of seconds say else. */
  private static final String MORE_FLAGS =
      System.getProperty("swarm.lab.flags", "-XX:+UseG1GC -XX:G1HeapRegionSize=4m");

  private static final String STATUS = "/api/v1/cluster";

  private final Path jar;
  private final Path folder;
  private final JsonObject settings;
  private final Network network;
  private JsonObject limits = new JsonObject();
  private int founders;
  private JsonObject moves = new JsonObject();
  private final JsonArray members = new JsonArray();

  /** Of managers that others reach at another address. */
  private final Map<String, JsonObject> raftListeners = new HashMap<>();

  private final Map<String, NodeProcess> managers = new LinkedHashMap<>();
  private final Map<String, NodeProcess> workers = new LinkedHashMap<>();
  private final Map<String, ManagerApi> apis = new LinkedHashMap<>();
  private final Map<String, List<String>> wrappers = new HashMap<>();

  /**
   * Prepares, starts nothing.
   *
   * @param folder for configuration, data and output; deleted by {@link #deleteFolder}
   * @param settings agreed settings to begin with, as in a manager's file
   */
  LocalCluster(Path jar, Path folder, int managerCount, JsonObject settings) {
    this(jar, folder, managerCount, settings, null);
  }

  /** The same with a host of its own for each manager; no network means this host for all. */
  LocalCluster(Path jar, Path folder, int managerCount, JsonObject settings, Network network) {
    this.jar = jar;
    this.folder = folder;
    this.settings = settings;
    this.network = network;
    founders = managerCount;
    List<Integer> ports = freePorts(3 * managerCount);
    for (int i = 0; i < managerCount; i++) {
      String id = "m" + (i + 1);
      String host = network == null ? "127.0.0.1" : network.address(i + 1);
      int http = ports.get(3 * i + 2);
      members.add(
          new JsonObject()
              .put("id", id)
              .put("api", host + ":" + ports.get(3 * i))
              .put("raft", host + ":" + ports.get(3 * i + 1))
              .put("http", host + ":" + http));
      apis.put(id, new ManagerApi(host, http));
    }
  }

  /** Others reach the manager's Raft server over the returned line; to be called before starts. */
  SlowLine reachedOver(String manager) {
    JsonObject raft = address(member(manager), "raft");
    SlowLine line = new SlowLine(raft.getInteger("port"));
    raftListeners.put(manager, raft.copy().put("advertise", "127.0.0.1:" + line.port()));
    member(manager).put("raft", "127.0.0.1:" + line.port());
    return line;
  }

  /** Only so many form the cluster; the others join it when they are started. */
  void foundedBy(int count) {
    founders = count;
  }

  /** What managers that are started from now on allow strangers, as in a manager's file. */
  void limits(JsonObject next) {
    limits = next;
  }

  /** Workers of managers that are started from now on stay where chance has put them. */
  void leaveUnbalanced() {
    moves(new JsonObject().put("rebalancePerSecond", 0));
  }

  /** How fast managers that are started from now on move workers, as in a manager's file. */
  void moves(JsonObject next) {
    moves = next;
  }

  Path folder() {
    return folder;
  }

  List<String> managerIds() {
    return List.copyOf(apis.keySet());
  }

  ManagerApi api(String manager) {
    return apis.get(manager);
  }

  NodeProcess manager(String id) {
    return managers.get(id);
  }

  NodeProcess worker(String name) {
    return workers.get(name);
  }

  void startManagers() {
    startManagers(List.of());
  }

  /** Starts all managers with more flags for their JVM. */
  void startManagers(List<String> moreFlags) {
    managerIds().forEach(id -> startManager(id, moreFlags));
  }

  /** Starts a manager, for the first time or again on what it left. */
  void startManager(String id) {
    startManager(id, List.of());
  }

  private void startManager(String id, List<String> moreFlags) {
    List<String> flags = jvmFlags();
    flags.addAll(moreFlags);
    JsonObject member = member(id);
    JsonObject conf =
        new JsonObject()
            .put("role", "manager")
            .put("id", id)
            .put("cluster", "lab")
            .put("dataDir", folder.resolve(id).toString())
            .put("api", address(member, "api"))
            .put("raft", raftListeners.getOrDefault(id, address(member, "raft")))
            .put("http", address(member, "http"))
            .put("limits", limits)
            .put("moves", moves)
            .put("settings", settings);
    if (managerIds().indexOf(id) < founders) conf.put("managers", founders());
    else conf.put("join", apis(founders()));
    List<String> before = new ArrayList<>();
    if (network != null) before.addAll(network.on(managerIds().indexOf(id) + 1));
    before.addAll(wrappers.getOrDefault(id, List.of()));
    managers.put(id, start(id, conf, before, flags));
  }

  /** Puts a command before that of a manager or worker whenever it is started from now on. */
  void wrap(String node, List<String> command) {
    wrappers.put(node, command);
  }

  /** Starts one process with {@code count} agents. */
  void startWorkers(String name, int count, int slots, JsonObject executor) {
    startWorkersAt(name, count, slots, executor, managerIds().subList(0, founders));
  }

  /** The same with agents that begin at these managers. */
  void startWorkersAt(
      String name, int count, int slots, JsonObject executor, List<String> managers) {
    JsonArray addresses = new JsonArray();
    for (String id : managers) addresses.add(member(id).getString("api"));
    JsonObject conf =
        new JsonObject()
            .put("role", "worker")
            .put("id", name)
            .put("cluster", "lab")
            .put("dataDir", folder.resolve(name).toString())
            .put("managers", addresses)
            .put("slots", slots)
            .put("count", count)
            .put("executor", executor)
            .put("journal", journal(name).toString());
    List<String> before = wrappers.getOrDefault(name, List.of());
    workers.put(name, start(name, conf, before, jvmFlags()));
  }

  private JsonArray founders() {
    return new JsonArray(members.getList().subList(0, founders));
  }

  private static JsonArray apis(JsonArray some) {
    JsonArray addresses = new JsonArray();
    for (int i = 0; i < some.size(); i++) addresses.add(some.getJsonObject(i).getString("api"));
    return addresses;
  }

  private static List<String> jvmFlags() {
    List<String> flags = new ArrayList<>(JVM_FLAGS);
    if (!MORE_FLAGS.isEmpty()) flags.addAll(List.of(MORE_FLAGS.split(" ")));
    return flags;
  }

  Path journal(String worker) {
    return folder.resolve(worker + ".journal");
  }

  List<Path> journals() {
    return workers.keySet().stream().map(this::journal).toList();
  }

  private NodeProcess start(String name, JsonObject conf, List<String> before, List<String> flags) {
    try {
      Path file = folder.resolve(name + ".json");
      Files.writeString(file, conf.encodePrettily());
      return NodeProcess.start(name, jar, file, folder.resolve(name + ".log"), before, flags);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private JsonObject member(String id) {
    return members.stream()
        .map(JsonObject.class::cast)
        .filter(member -> member.getString("id").equals(id))
        .findFirst()
        .orElseThrow();
  }

  private static JsonObject address(JsonObject member, String kind) {
    String[] parts = member.getString(kind).split(":");
    return new JsonObject().put("host", parts[0]).put("port", Integer.parseInt(parts[1]));
  }

  /** Port of the manager's gRPC services. */
  int apiPort(String manager) {
    return address(member(manager), "api").getInteger("port");
  }

  /** Port of the manager's Raft server, as others dial it. */
  int raftPort(String manager) {
    return address(member(manager), "raft").getInteger("port");
  }

  /** The ids of all processes that live, as the {@code kill} command takes them. */
  String pids() {
    List<NodeProcess> all = new ArrayList<>(workers.values());
    all.addAll(managers.values());
    return all.stream()
        .filter(NodeProcess::alive)
        .map(node -> Long.toString(node.pid()))
        .collect(Collectors.joining(" "));
  }

  /** Managers whose process lives. */
  List<String> alive() {
    return managerIds().stream()
        .filter(id -> managers.containsKey(id) && managers.get(id).alive())
        .toList();
  }

  /** The sum of a meter's series with these tags, of all managers whose process lives. */
  double sum(String meter, String tags) throws IOException {
    double sum = 0;
    for (String id : alive()) sum += ManagerApi.sum(api(id).text("/metrics"), meter, tags);
    return sum;
  }

  /** Fails when a process that should run has ended. */
  void checkAlive() {
    managers.values().forEach(NodeProcess::check);
    workers.values().forEach(NodeProcess::check);
  }

  /** The leader of an epoch newer than the given, as a living manager that is ready answers it. */
  Leader awaitLeader(long afterEpoch, Duration limit) {
    return Await.answer(
        limit,
        () -> "a leader",
        () -> {
          checkAlive();
          return alive().stream()
              .map(this::leaderAsSeenBy)
              .filter(leader -> leader != null && leader.epoch() > afterEpoch)
              .filter(leader -> alive().contains(leader.id()))
              .max(Comparator.comparingLong(Leader::epoch))
              .orElse(null);
        });
  }

  private Leader leaderAsSeenBy(String id) {
    try {
      JsonObject cluster = api(id).object(STATUS);
      String leader = cluster.getString("leader", "");
      return leader == null || leader.isEmpty()
          ? null
          : new Leader(leader, cluster.getLong("epoch"));
    } catch (IOException notYet) {
      return null;
    }
  }

  /** Who leads, and the number of the reign. */
  record Leader(String id, long epoch) {}

  /**
   * Waits until the manager says that so many workers are UP and none is UNKNOWN. A manager that
   * was just started first answers with what it had on disk: it must have caught up with the
   * leader.
   */
  void awaitUp(String manager, int count, Duration limit) {
    Await.until(
        limit,
        count + " workers UP as " + manager + " sees it",
        () -> {
          checkAlive();
          long leaderIndex = api(awaitLeader(0, limit).id()).object(STATUS).getLong("index");
          JsonObject status = api(manager).object(STATUS);
          JsonObject workers = status.getJsonObject("workers");
          return status.getLong("index") >= leaderIndex
              && workers.getInteger("up") == count
              && workers.getInteger("unknown") == 0;
        });
  }

  /** Waits until every manager that runs takes sessions. */
  void awaitReady(Duration limit) {
    for (String id : alive()) {
      Await.until(
          limit,
          id + " to be ready",
          () -> {
            checkAlive();
            return api(id).ready();
          });
    }
  }

  @Override
  public void close() {
    List<NodeProcess> all = new ArrayList<>(workers.values());
    all.addAll(managers.values());
    all.forEach(NodeProcess::kill);
  }

  /** Kills all processes and deletes the folder. */
  void end() {
    close();
    deleteFolder();
  }

  private void deleteFolder() {
    delete(folder);
  }

  /** Deletes a folder and all that is in it. */
  static void delete(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) Files.deleteIfExists(file);
    } catch (IOException failure) {
      System.err.println("could not delete " + folder + ": " + failure.getMessage());
    }
  }

  /** Ports that nobody listens on, at no address of this host. */
  static List<Integer> freePorts(int count) {
    try (FreePorts free = new FreePorts(ThreadLocalRandom.current())) {
      return Stream.generate(() -> free.applyAsInt("0.0.0.0")).limit(count).toList();
    }
  }
}
