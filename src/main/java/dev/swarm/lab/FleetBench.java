package dev.swarm.lab;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What it costs to have workers: to connect them, and to do nothing with them. */
final class FleetBench {
  /** For just-in-time compilation and the first heartbeats to be over. */
  private static final Duration SETTLE = Duration.ofSeconds(30);

  /** A few sessions first, so that what is there once is not counted for each. */
  private static final int FIRST = 90;

  private final Figures figures;
  private final int workers;
  private final int idleSeconds;

  FleetBench(Figures figures, int workers, int idleSeconds) {
    this.figures = figures;
    this.workers = workers;
    this.idleSeconds = idleSeconds;
  }

  void run() throws IOException {
    Bench.withCluster(3, this::measure);
  }

  private void measure(LocalCluster cluster) throws IOException {
    cluster.startManagers();
    LocalCluster.Leader leader = cluster.awaitLeader(0, Bench.LIMIT);
    cluster.startWorkers("first", FIRST, 1, Bench.HOLD);
    cluster.awaitUp(leader.id(), FIRST, Bench.LIMIT);
    Await.pass(SETTLE);
    List<Long> heaps = heaps(cluster);
    connect(cluster, leader);
    Await.pass(SETTLE);
    memory(heaps, heaps(cluster));
    idle(cluster);
  }

  private void connect(LocalCluster cluster, LocalCluster.Leader leader) {
    cluster.startWorkers("w1", workers, 1, Bench.HOLD);
    Await.until(Bench.LIMIT, "the first worker", () -> up(cluster, leader.id()) > FIRST);
    long first = System.nanoTime();
    cluster.awaitUp(leader.id(), FIRST + workers, Bench.LIMIT);
    figures.add(
        workers + " workers UP, counted from the first",
        (System.nanoTime() - first) / 1_000_000 + " ms");
    int dials = AgentJournal.read(List.of(cluster.journal("w1")), 0).dials();
    figures.add("dials of these workers", dials + ", of which for nothing " + (dials - workers));
  }

  private static int up(LocalCluster cluster, String manager) throws IOException {
    cluster.checkAlive();
    return cluster.api(manager).object("/api/v1/cluster").getJsonObject("workers").getInteger("up");
  }

  private void memory(List<Long> before, List<Long> after) {
    double sessions = workers / (double) after.size();
    List<Long> perSession = new ArrayList<>();
    for (int i = 0; i < after.size(); i++) {
      perSession.add((long) ((after.get(i) - before.get(i)) / sessions));
    }
    figures.add("heap after GC per session, each manager", perSession + " bytes");
  }

  private void idle(LocalCluster cluster) throws IOException {
    List<Cpu> cpu = cpu(cluster);
    List<Long> indexes = indexes(cluster);
    Await.pass(Duration.ofSeconds(idleSeconds));
    List<Cpu> cpuAfter = cpu(cluster);
    List<String> shares = new ArrayList<>();
    for (int i = 0; i < cpu.size(); i++) {
      shares.add(cpuAfter.get(i).minus(cpu.get(i)).shareOver(idleSeconds));
    }
    figures.add(
        "CPU of each manager with " + workers + " idle workers, of one core (of which compilers)",
        "" + shares);
    figures.add(
        "log entries in " + idleSeconds + " s of idleness", indexes + " -> " + indexes(cluster));
  }

  private static List<Long> heaps(LocalCluster cluster) {
    return cluster.alive().stream()
        .map(id -> Kernel.heapAfterGc(cluster.manager(id).pid()))
        .toList();
  }

  private static List<Cpu> cpu(LocalCluster cluster) {
    return cluster.alive().stream().map(id -> Cpu.of(cluster.manager(id).pid())).toList();
  }

  private static List<Long> indexes(LocalCluster cluster) throws IOException {
    List<Long> indexes = new ArrayList<>();
    for (String id : cluster.alive()) {
      String metrics = cluster.api(id).text("/metrics");
      indexes.add((long) ManagerApi.sum(metrics, "swarm_raft_applied_index", ""));
    }
    return indexes;
  }
}
