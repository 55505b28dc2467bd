package dev.swarm.lab;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * How many assignments a second reach the workers, from the client's request to the manager's send,
 * and what CPU time each costs in each process. The agents hold what they get: each has one slot,
 * in which its first task runs for longer than is measured, so that no more reports come than
 * agents.
 */
final class DeliveryBench {
  /** Tasks of one request. */
  private static final int CHUNK = 20_000;

  private static final String WORKERS = "w1";

  private final Figures figures;
  private final int workers;
  private final boolean pinned;
  private final List<Integer> rounds;
  private final Path profile;
  private List<String> agents;

  /**
   * Prepares, starts nothing.
   *
   * @param pinned whether each task names its worker
   * @param rounds assignments of each round; all but the last only warm up
   * @param profile where to leave flight recordings of the last round; null for none
   */
  DeliveryBench(Figures figures, int workers, boolean pinned, List<Integer> rounds, Path profile) {
    this.figures = figures;
    this.workers = workers;
    this.pinned = pinned;
    this.rounds = rounds;
    this.profile = profile;
  }

  void run() throws IOException {
    Bench.withCluster(3, this::measure);
  }

  private void measure(LocalCluster cluster) throws IOException {
    cluster.startManagers();
    LocalCluster.Leader leader = cluster.awaitLeader(0, Bench.LIMIT);
    cluster.startWorkers(WORKERS, workers, 1, Bench.HOLD);
    cluster.awaitUp(leader.id(), workers, Bench.LIMIT);
    agents = agents(cluster, leader.id());
    int done = 0;
    for (int i = 0; i < rounds.size(); i++) {
      boolean last = i == rounds.size() - 1;
      if (last && profile != null) pids(cluster).values().forEach(Kernel::startRecording);
      round(cluster, leader.id(), done, rounds.get(i), last ? "" : " (warm-up)");
      if (last && profile != null) keepRecordings(cluster, leader.id());
      done += rounds.get(i);
    }
  }

  private void round(LocalCluster cluster, String leader, int from, int count, String remark)
      throws IOException {
    double sentBefore = delivered(cluster);
    Map<String, Cpu> cpuBefore = cpu(cluster);
    long begin = System.nanoTime();
    for (int i = from; i < from + count; i += CHUNK) {
      int next = Math.min(from + count, i + CHUNK);
      String lines = lines(i, next);
      // Again after a change of leader: the same keys are the same tasks.
      Await.answer(Bench.LIMIT, () -> "tasks to be taken", () -> cluster.api(leader).submit(lines));
      figures.progress().tick(next - from + " of " + count + " tasks submitted");
    }
    Await.until(Bench.LIMIT, "all tasks delivered", () -> delivered(cluster) - sentBefore >= count);
    double seconds = (System.nanoTime() - begin) / 1e9;
    figures.add(
        (pinned ? "pinned" : "placed") + " tasks delivered, 3 managers, fsync on" + remark,
        String.format(
            Locale.ROOT, "%.0f a second (%d in %.1f s)", count / seconds, count, seconds));
    figures.add(
        "  microseconds of CPU a task (of which compilers, garbage collection)",
        costs(cpuBefore, cpu(cluster), leader, count));
  }

  private static String costs(
      Map<String, Cpu> before, Map<String, Cpu> after, String leader, int count) {
    StringBuilder text = new StringBuilder();
    Cpu sum = new Cpu(0, 0, 0);
    for (String process : after.keySet()) {
      Cpu used = after.get(process).minus(before.get(process));
      sum = sum.plus(used);
      String name = process.equals(leader) ? process + " (leader)" : process;
      text.append(name).append(' ').append(used.per(count)).append(", ");
    }
    return text.append("all ").append(sum.per(count)).toString();
  }

  private static Map<String, Long> pids(LocalCluster cluster) {
    Map<String, Long> pids = new LinkedHashMap<>();
    for (String id : cluster.alive()) pids.put(id, cluster.manager(id).pid());
    pids.put("workers", cluster.worker(WORKERS).pid());
    pids.put("client", ProcessHandle.current().pid());
    return pids;
  }

  private static Map<String, Cpu> cpu(LocalCluster cluster) {
    Map<String, Cpu> cpu = new LinkedHashMap<>();
    pids(cluster).forEach((process, pid) -> cpu.put(process, Cpu.of(pid)));
    return cpu;
  }

  private void keepRecordings(LocalCluster cluster, String leader) throws IOException {
    Files.createDirectories(profile);
    pids(cluster)
        .forEach(
            (process, pid) -> {
              String name = process.equals(leader) ? "leader" : process;
              Kernel.keepRecording(pid, profile.toAbsolutePath().resolve(name + ".jfr"));
            });
  }

  private static double delivered(LocalCluster cluster) throws IOException {
    return cluster.sum("swarm_dispatch_batch_size_changes_sum", "");
  }

  private static List<String> agents(LocalCluster cluster, String manager) throws IOException {
    return cluster.api(manager).list("/api/v1/workers").stream()
        .map(worker -> ((JsonObject) worker).getString("id"))
        .toList();
  }

  private String lines(int from, int to) {
    StringBuilder lines = new StringBuilder();
    for (int i = from; i < to; i++) {
      lines.append("{\"name\":\"b\",\"kind\":\"discard\",\"key\":\"b").append(i).append('"');
      if (pinned) {
        lines.append(",\"worker\":\"").append(agents.get(i % agents.size())).append('"');
      }
      lines.append("}\n");
    }
    return lines.toString();
  }
}
