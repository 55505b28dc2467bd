package dev.swarm.lab;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.ToLongFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * A follower behind a narrow line while work goes on: the leader's heap, its memory as the kernel
 * counts it and its threads must not grow, and the follower must catch up once the line is wide.
 */
@Command(
    name = "slow-follower",
    mixinStandardHelpOptions = true,
    description = "Puts a follower behind a narrow line under load; the leader must not grow.")
final class SlowFollower implements Callable<Integer> {
  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final Duration CATCH_UP = Duration.ofMinutes(3);
  private static final Duration PAUSE = Duration.ofSeconds(10);
  private static final String SLOW = "m3";
  private static final int AGENTS = 50;
  private static final int TASKS_AT_ONCE = 50;
  private static final String PAYLOAD = "x".repeat(2_000);

  /** The first half is for what grows once: compiled code, caches, the finished tasks kept. */
  private static final int SETTLING_SHARE = 2;

  private static final long HEAP_MAY_GROW = 32L << 20;
  private static final long MEMORY_MAY_GROW = 64L << 20;
  private static final long THREADS_MAY_GROW = 5;

  @Option(names = "--minutes", description = "of load (default ${DEFAULT-VALUE})")
  int minutes = 30;

  @Option(names = "--kbit", description = "a second, each way (default ${DEFAULT-VALUE})")
  int kbit = 1_000;

  @Option(names = "--round-trip", description = "milliseconds (default ${DEFAULT-VALUE})")
  int roundTrip = 200;

  @Option(names = "--rate", description = "tasks a second (default ${DEFAULT-VALUE})")
  int rate = 100;

  private final Progress progress = new Progress();

  @Override
  public Integer call() throws Exception {
    return FaultRun.of(3, new JsonObject(), this::load);
  }

  private List<String> load(LocalCluster cluster) throws IOException {
    List<String> wrong = new ArrayList<>();
    try (SlowLine line = cluster.reachedOver(SLOW)) {
      cluster.startManagers();
      String leader = leaderElsewhere(cluster);
      cluster.startWorkers("w1", AGENTS, 10, new JsonObject().put("kind", "discard"));
      cluster.awaitUp(leader, AGENTS, LIMIT);
      line.narrow(kbit * 1_000L, Duration.ofMillis(roundTrip / 2));
      judge(watch(cluster, leader), wrong);
      line.widen();
      catchUp(cluster, leader, wrong);
    }
    return wrong;
  }

  /** The manager behind the line is to follow: when it leads it starts again. */
  private static String leaderElsewhere(LocalCluster cluster) {
    while (true) {
      LocalCluster.Leader leader = cluster.awaitLeader(0, LIMIT);
      if (!leader.id().equals(SLOW)) return leader.id();
      cluster.manager(SLOW).kill();
      cluster.awaitLeader(leader.epoch(), LIMIT);
      cluster.startManager(SLOW);
    }
  }

  /** What the leader's process holds at one moment. */
  private record Sample(long heap, long memory, long threads, long lag) {}

  private List<Sample> watch(LocalCluster cluster, String leader) throws IOException {
    List<Sample> samples = new ArrayList<>();
    long begin = System.nanoTime();
    long end = begin + Duration.ofMinutes(minutes).toNanos();
    long nextSample = begin;
    for (long batch = 0; System.nanoTime() < end; batch++) {
      cluster.checkAlive();
      cluster.api(leader).submit(tasks(batch));
      long due = begin + (batch + 1) * TASKS_AT_ONCE * 1_000_000_000L / rate;
      Await.pass(Duration.ofNanos(Math.max(0, due - System.nanoTime())));
      if (System.nanoTime() < nextSample) continue;
      nextSample = System.nanoTime() + PAUSE.toNanos();
      Sample sample = sample(cluster, leader);
      samples.add(sample);
      progress.step(
          String.format(
              "leader: heap %d MiB, resident %d MiB, %d threads; %s is %d entries behind",
              sample.heap >> 20, sample.memory >> 20, sample.threads, SLOW, sample.lag));
    }
    return samples;
  }

  private static Sample sample(LocalCluster cluster, String leader) throws IOException {
    long pid = cluster.manager(leader).pid();
    long lag = applied(cluster, leader) - applied(cluster, SLOW);
    return new Sample(Kernel.heapAfterGc(pid), Kernel.residentBytes(pid), Kernel.threads(pid), lag);
  }

  private void judge(List<Sample> samples, List<String> wrong) {
    List<Sample> settled = samples.subList(samples.size() / SETTLING_SHARE, samples.size());
    if (settled.stream().noneMatch(sample -> sample.lag > 0)) {
      wrong.add("void: " + SLOW + " was never behind, so nothing was tried");
    }
    flat("heap bytes", settled, Sample::heap, HEAP_MAY_GROW, wrong);
    flat("resident bytes", settled, Sample::memory, MEMORY_MAY_GROW, wrong);
    flat("threads", settled, Sample::threads, THREADS_MAY_GROW, wrong);
  }

  /** Compares the mean of the first and the last third. */
  private static void flat(
      String what,
      List<Sample> samples,
      ToLongFunction<Sample> figure,
      long mayGrow,
      List<String> wrong) {
    int third = Math.max(1, samples.size() / 3);
    double first = mean(samples.subList(0, third), figure);
    double last = mean(samples.subList(samples.size() - third, samples.size()), figure);
    System.out.printf("%-15s %,15.0f -> %,15.0f%n", what, first, last);
    if (last - first > mayGrow) {
      wrong.add(String.format("%s grew by %,.0f; %,d are allowed", what, last - first, mayGrow));
    }
  }

  private static double mean(List<Sample> samples, ToLongFunction<Sample> figure) {
    return samples.stream().mapToLong(figure).average().orElseThrow();
  }

  private void catchUp(LocalCluster cluster, String leader, List<String> wrong) throws IOException {
    long target = applied(cluster, leader);
    long begin = System.nanoTime();
    try {
      Await.until(CATCH_UP, SLOW + " to catch up", () -> applied(cluster, SLOW) >= target);
      System.out.printf(
          "%s caught up with entry %d in %.1f s%n",
          SLOW, target, (System.nanoTime() - begin) / 1e9);
      Await.until(
          LIMIT, "equal digests", () -> digest(cluster, SLOW).equals(digest(cluster, leader)));
    } catch (LabException late) {
      wrong.add(late.getMessage());
    }
  }

  private static long applied(LocalCluster cluster, String manager) throws IOException {
    return cluster.api(manager).object("/api/v1/cluster").getLong("index");
  }

  private static String digest(LocalCluster cluster, String manager) throws IOException {
    JsonObject status = cluster.api(manager).object("/api/v1/cluster");
    return status.getLong("index") + " " + status.getString("digest");
  }

  private static String tasks(long batch) {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < TASKS_AT_ONCE; i++) {
      lines
          .append(
              new JsonObject()
                  .put("name", "slow")
                  .put("kind", "discard")
                  .put("key", "slow-" + batch + "-" + i)
                  .put("payload", PAYLOAD)
                  .encode())
          .append('\n');
    }
    return lines.toString();
  }
}
