package dev.swarm.lab;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Breaks a real cluster and says what happened. */
@Command(
    name = "faults",
    mixinStandardHelpOptions = true,
    description = "Breaks a real cluster again and again and says what happened.")
final class Faults {
  /** Workers that may beat every 110 ms, and a TTL that outlives any attack's effect. */
  static final JsonObject ABUSE_SETTINGS =
      new JsonObject()
          .put(
              "heartbeat",
              new JsonObject()
                  .put("period", "300ms")
                  .put("jitter", "10%")
                  .put("ttlMultiplier", 20)
                  .put("failoverMultiplier", 30));

  /** So little memory that a leak shows, all of it taken at the start so that growth is a leak. */
  static final List<String> ABUSE_FLAGS =
      List.of("-Xms160m", "-Xmx160m", "-XX:+AlwaysPreTouch", "-XX:MaxDirectMemorySize=96m");

  /** Other work on the machine makes a window of calm or of attack worse than it was. */
  private static final int TRIES = 3;

  static final long ABUSE_MEMORY_BYTES = 64L << 20;

  private static final Duration LIMIT = Duration.ofSeconds(60);

  @Command(
      name = "kill-leader",
      mixinStandardHelpOptions = true,
      description = "SIGKILLs the leader of three managers, starts it again, and so on.")
  int killLeader(
      @Option(names = "--times", defaultValue = "20") int times,
      @Option(names = "--workers", defaultValue = "200") int workers)
      throws IOException {
    Path folder = Files.createTempDirectory("swarm-faults-");
    LocalCluster cluster = new LocalCluster(Lab.jar(), folder, 3, new JsonObject());
    Thread cleanUp = new Thread(cluster::end);
    Runtime.getRuntime().addShutdownHook(cleanUp);
    cluster.startManagers();
    cluster.awaitLeader(0, LIMIT);
    cluster.startWorkers("w1", workers, 5, new JsonObject().put("kind", "discard"));
    List<FailoverTrial.Result> results = new ArrayList<>();
    for (int i = 0; i < times; i++) {
      for (String manager : cluster.alive()) cluster.awaitUp(manager, workers, LIMIT);
      FailoverTrial.Result seen = new FailoverTrial(cluster, workers).killLeader();
      results.add(seen);
      System.out.printf(
          "kill %2d of %d: %s, %d workers on it; new leader %5d ms, all UP %5d ms, sessions lost %d,"
              + " dials of survivors' %d, most dials %d, DOWN %d, entries %d%n",
          i + 1,
          times,
          seen.dead(),
          seen.onDeadManager(),
          seen.leaderMillis(),
          seen.allUpMillis(),
          seen.streamsEndedOnSurvivors(),
          seen.dialsBySurvivorsAgents(),
          seen.mostDials(),
          seen.wentDown(),
          seen.entries());
      cluster.startManager(seen.dead());
    }
    if (new KillVerdict(results).print()) return 0;
    Runtime.getRuntime().removeShutdownHook(cleanUp);
    cluster.close();
    System.out.println("What the processes said is in " + folder);
    return 1;
  }

  @Command(
      name = "abuse",
      mixinStandardHelpOptions = true,
      description =
          "Attacks the port of the workers in every way known while honest workers beat there.")
  int abuse(
      @Option(names = "--seconds", defaultValue = "10", description = "for each way") int seconds,
      @Option(names = "--only", description = "these ways") List<String> only,
      @Option(
              names = "--margin",
              defaultValue = "5",
              description = "milliseconds of noise besides the 10 %% that honest workers may lose")
          int margin)
      throws IOException {
    Path folder = Files.createTempDirectory("swarm-faults-");
    LocalCluster cluster = new LocalCluster(Lab.jar(), folder, 1, ABUSE_SETTINGS);
    Thread cleanUp = new Thread(cluster::end);
    Runtime.getRuntime().addShutdownHook(cleanUp);
    cluster.startManagers(ABUSE_FLAGS);
    cluster.awaitLeader(0, LIMIT);
    int failed = 0;
    try (AbuseTrial trial = new AbuseTrial("127.0.0.1", cluster.apiPort("m1"))) {
      trial.calm(Duration.ofSeconds(seconds)); // warms up
      for (Abuse abuse : Abuse.values()) {
        if (only != null && !only.contains(abuse.title())) continue;
        boolean held = false;
        for (int tries = 0; !held && tries < TRIES; tries++) {
          held = endured(cluster, trial, abuse, Duration.ofSeconds(seconds), margin);
        }
        if (!held) failed++;
      }
    }
    System.out.println(failed == 0 ? "All held." : failed + " did not hold.");
    return failed == 0 ? 0 : 1;
  }

  private static boolean endured(
      LocalCluster cluster, AbuseTrial trial, Abuse abuse, Duration duration, int margin)
      throws IOException {
    double calm = trial.calm(duration);
    long before = Kernel.residentBytes(cluster.manager("m1").pid());
    AbuseTrial.Result seen = trial.attack(abuse, duration);
    long grown = Kernel.residentBytes(cluster.manager("m1").pid()) - before;
    cluster.checkAlive();
    boolean held =
        seen.longestMillis() <= (abuse.slow() ? 6_000 : 1_000)
            && seen.honestP99Millis() <= 1.1 * calm + margin
            && grown <= ABUSE_MEMORY_BYTES
            && trial.lost() == 0;
    System.out.printf(
        "%-22s %-4s closed after %5d ms at most (%d connections), honest p99 %6.2f ms, calm"
            + " %6.2f, memory %+d MB%n",
        abuse.title(),
        held ? "held" : "FAIL",
        seen.longestMillis(),
        seen.connections(),
        seen.honestP99Millis(),
        calm,
        grown >> 20);
    return held;
  }
}
