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
    description = "Breaks a real cluster again and again and says what happened.",
    subcommands = {SlowFollower.class, DiskFull.class, Fsync.class, Pause.class})
final class Faults {
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
      name = "stalls",
      mixinStandardHelpOptions = true,
      description = {
        "Slows fsync down to a second on the leader of three managers, then on all three, then keeps",
        "all cores busy, under writes. Fails when that costs an election or an acknowledged write."
      })
  int stalls(
      @Option(
              names = "--seconds",
              defaultValue = "25",
              description = "of each trouble (default ${DEFAULT-VALUE})")
          int seconds)
      throws IOException {
    String missing = SlowDisks.missing();
    if (missing != null) {
      System.err.println(missing);
      return 2;
    }
    Path folder = Files.createTempDirectory("swarm-faults-");
    LocalCluster cluster = new LocalCluster(Lab.jar(), folder, 3, new JsonObject());
    Thread cleanUp = new Thread(cluster::end);
    Runtime.getRuntime().addShutdownHook(cleanUp);
    SlowDisks disks = SlowDisks.in(folder);
    cluster.managerIds().forEach(id -> cluster.wrap(id, disks.under(id)));
    cluster.startManagers();
    String leader = cluster.awaitLeader(0, LIMIT).id();
    StallTrial trial = new StallTrial(cluster, leader);
    Duration time = Duration.ofSeconds(seconds);
    List<StallTrial.Result> results = new ArrayList<>();
    results.add(told(trial.during("no trouble", Duration.ofSeconds(5), () -> {})));
    results.add(told(trial.during("fsync 1 s on the leader", time, disks.slow(List.of(leader)))));
    results.add(told(trial.during("fsync 1 s on all", time, disks.slow(cluster.managerIds()))));
    try (BusyCores busy = new BusyCores(time.plusSeconds(5))) {
      results.add(told(trial.during(BusyCores.count() + " busy cores", time, busy::close)));
    }
    List<String> violations = StallTrial.violations(results, trial.lost());
    violations.forEach(violation -> System.out.println("NOT HELD: " + violation));
    if (violations.isEmpty()) return 0;
    Runtime.getRuntime().removeShutdownHook(cleanUp);
    cluster.close();
    System.out.println("What the processes said is in " + folder);
    return 1;
  }

  private static StallTrial.Result told(StallTrial.Result result) {
    System.out.println(result);
    return result;
  }
}
