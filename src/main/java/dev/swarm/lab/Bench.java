package dev.swarm.lab;

import dev.swarm.bench.ConsensusBench;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Measures speed and size with everything on this machine; prints figures, judges nothing. */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    subcommands = ConsensusBench.class,
    description = "Measures speed and size on this machine and prints figures.")
final class Bench implements Callable<Integer> {
  private static final Duration LIMIT = Duration.ofMinutes(3);

  /** For just-in-time compilation and the first heartbeats to be over. */
  private static final Duration SETTLE = Duration.ofSeconds(30);

  private static final int WARM = 90;
  private static final JsonObject HOLD =
      new JsonObject().put("kind", "discard").put("delay", "10m");

  @Option(names = "--workers", description = "agents (default ${DEFAULT-VALUE})")
  int workers = 1_000;

  @Option(names = "--tasks", description = "assignments to deliver (default ${DEFAULT-VALUE})")
  int tasks = 200_000;

  @Option(
      names = "--idle",
      description = "seconds to watch idle managers (default ${DEFAULT-VALUE})")
  int idleSeconds = 60;

  @Option(names = "--starts", description = "starts to measure (default ${DEFAULT-VALUE})")
  int starts = 5;

  private final Progress progress = new Progress();
  private final List<String> figures = new ArrayList<>();

  @Override
  public Integer call() throws Exception {
    measureStarts();
    withCluster(3, this::measureFleet);
    System.out.println();
    figures.forEach(System.out::println);
    return 0;
  }

  /** What is done with a cluster. */
  private interface Measurement {
    void run(LocalCluster cluster) throws IOException;
  }

  private static void withCluster(int managers, Measurement measurement) throws IOException {
    Path folder = Files.createTempDirectory("swarm-bench-");
    LocalCluster cluster = new LocalCluster(Lab.jar(), folder, managers, new JsonObject());
    Thread cleanUp = new Thread(cluster::end);
    Runtime.getRuntime().addShutdownHook(cleanUp);
    measurement.run(cluster);
    cluster.end();
    Runtime.getRuntime().removeShutdownHook(cleanUp);
  }

  private void measureFleet(LocalCluster cluster) throws IOException {
    cluster.startManagers();
    LocalCluster.Leader leader = cluster.awaitLeader(0, LIMIT);
    // A few sessions first, so that what is there once is not counted for each.
    cluster.startWorkers("warm", WARM, 1, HOLD);
    cluster.awaitUp(leader.id(), WARM, LIMIT);
    Await.pass(SETTLE);
    List<Long> heapsBefore = heaps(cluster);
    measureConnect(cluster, leader);
    measureIdle(cluster, heapsBefore);
    measureDelivery(cluster, leader);
  }

  private void measureStarts() throws IOException {
    figure("start of a single manager to leader ready", spread(starts(List.of()), "ms"));
    Path archive = Files.createTempFile("swarm-bench-", ".jsa");
    Files.delete(archive);
    withCluster(
        1,
        cluster -> {
          cluster.startManagers(List.of("-XX:ArchiveClassesAtExit=" + archive));
          cluster.awaitLeader(0, LIMIT);
          cluster.manager("m1").stop(60);
        });
    List<Long> archived = starts(List.of("-XX:SharedArchiveFile=" + archive));
    figure("the same with a class-data archive", spread(archived, "ms"));
    Files.deleteIfExists(archive);
  }

  private List<Long> starts(List<String> flags) throws IOException {
    List<Long> millis = new ArrayList<>();
    for (int i = 0; i < starts; i++) {
      withCluster(
          1,
          cluster -> {
            long begin = System.nanoTime();
            cluster.startManagers(flags);
            cluster.awaitLeader(0, LIMIT);
            millis.add((System.nanoTime() - begin) / 1_000_000);
          });
    }
    return millis;
  }

  private void measureConnect(LocalCluster cluster, LocalCluster.Leader leader) {
    cluster.startWorkers("w1", workers, 1, HOLD);
    Await.until(LIMIT, "the first worker", () -> upAt(cluster, leader.id()) > WARM);
    long first = System.nanoTime();
    cluster.awaitUp(leader.id(), WARM + workers, LIMIT);
    figure(
        workers + " workers UP, counted from the first",
        (System.nanoTime() - first) / 1_000_000 + " ms");
  }

  private static int upAt(LocalCluster cluster, String manager) throws IOException {
    cluster.checkAlive();
    return cluster.api(manager).object("/api/v1/cluster").getJsonObject("workers").getInteger("up");
  }

  private void measureIdle(LocalCluster cluster, List<Long> heapsBefore) throws IOException {
    Await.pass(SETTLE);
    List<Long> fullHeaps = heaps(cluster);
    double sessions = workers / (double) fullHeaps.size();
    List<Long> perSession = new ArrayList<>();
    for (int i = 0; i < fullHeaps.size(); i++) {
      perSession.add((long) ((fullHeaps.get(i) - heapsBefore.get(i)) / sessions));
    }
    figure("heap after GC per session, each manager", perSession + " bytes");
    List<Long> before = cpuMillis(cluster);
    List<Long> indexBefore = indexes(cluster);
    Await.pass(Duration.ofSeconds(idleSeconds));
    List<Long> after = cpuMillis(cluster);
    List<String> shares = new ArrayList<>();
    for (int i = 0; i < before.size(); i++) {
      shares.add(String.format("%.1f %%", (after.get(i) - before.get(i)) / (10.0 * idleSeconds)));
    }
    figure("CPU of each manager, share of one core, " + workers + " idle workers", "" + shares);
    figure(
        "log entries in " + idleSeconds + " s of idleness",
        indexBefore + " -> " + indexes(cluster));
  }

  private void measureDelivery(LocalCluster cluster, LocalCluster.Leader leader)
      throws IOException {
    double sentBefore = delivered(cluster);
    long begin = System.nanoTime();
    int chunk = 50_000;
    for (int i = 0; i < tasks; i += chunk) {
      cluster.api(leader.id()).submit(lines(i, Math.min(tasks, i + chunk)));
      progress.tick(i + chunk + " of " + tasks + " tasks submitted");
    }
    double committed = (System.nanoTime() - begin) / 1e9;
    Await.until(LIMIT, "all tasks delivered", () -> delivered(cluster) - sentBefore >= tasks);
    double seconds = (System.nanoTime() - begin) / 1e9;
    figure(
        "assignments delivered to " + workers + " workers over 3 managers, fsync on",
        String.format("%.0f a second (%d in %.1f s)", tasks / seconds, tasks, seconds));
    figure("tasks committed", String.format("%.0f a second", tasks / committed));
  }

  private static double delivered(LocalCluster cluster) throws IOException {
    double sum = 0;
    for (String id : cluster.alive()) {
      String metrics = cluster.api(id).text("/metrics");
      sum += ManagerApi.sum(metrics, "swarm_dispatch_batch_size_changes_sum", "");
    }
    return sum;
  }

  private static String lines(int from, int to) {
    StringBuilder lines = new StringBuilder();
    for (int i = from; i < to; i++) {
      lines.append("{\"name\":\"b\",\"kind\":\"discard\",\"key\":\"b").append(i).append("\"}\n");
    }
    return lines.toString();
  }

  private List<Long> heaps(LocalCluster cluster) {
    return cluster.alive().stream()
        .map(id -> Kernel.heapAfterGc(cluster.manager(id).pid()))
        .toList();
  }

  private static List<Long> cpuMillis(LocalCluster cluster) {
    return cluster.alive().stream().map(id -> Kernel.cpuMillis(cluster.manager(id).pid())).toList();
  }

  private static List<Long> indexes(LocalCluster cluster) throws IOException {
    List<Long> indexes = new ArrayList<>();
    for (String id : cluster.alive()) {
      String metrics = cluster.api(id).text("/metrics");
      indexes.add((long) ManagerApi.sum(metrics, "swarm_raft_applied_index", ""));
    }
    return indexes;
  }

  private void figure(String what, String value) {
    String line = String.format("%-75s %s", what, value);
    progress.step(line);
    figures.add(line);
  }

  private static String spread(List<Long> values, String unit) {
    List<Long> sorted = values.stream().sorted().toList();
    return String.format(
        "median %d %s (%d..%d, %d runs)",
        sorted.get(sorted.size() / 2),
        unit,
        sorted.get(0),
        sorted.get(sorted.size() - 1),
        sorted.size());
  }
}
