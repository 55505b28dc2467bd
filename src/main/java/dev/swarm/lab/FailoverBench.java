package dev.swarm.lab;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What it takes until all workers are UP again after the leader was killed: time, log, and how the
 * survivors bore the crowd.
 */
final class FailoverBench {
  /** All agents of a bench come from one address. */
  static final JsonObject ONE_HOST =
      new JsonObject().put("connections", 20_000).put("connectionsPerAddress", 20_000);

  /** One kill: times in milliseconds, and what the survivors' logs grew by. */
  private record Kill(
      long leader, long allUp, long entries, long logBytes, long lateTurns, long longTurns) {}

  private static final String LATENESS = "swarm_loop_lateness_seconds";
  private static final String WORK = "swarm_loop_work_seconds";

  private final Figures figures;
  private final int workers;
  private final int kills;

  FailoverBench(Figures figures, int workers, int kills) {
    this.figures = figures;
    this.workers = workers;
    this.kills = kills;
  }

  void run() throws IOException {
    Bench.withCluster(3, this::measure);
  }

  private void measure(LocalCluster cluster) throws IOException {
    cluster.limits(ONE_HOST);
    cluster.leaveUnbalanced(); // or workers of survivors would move, though not for the kill
    cluster.startManagers();
    cluster.awaitLeader(0, Bench.LIMIT);
    cluster.startWorkers("w1", workers, 1, Bench.HOLD);
    List<Kill> seen = new ArrayList<>();
    int down = 0;
    int lost = 0;
    int dials = 0;
    for (int i = 1; i <= kills; i++) {
      for (String id : cluster.alive()) cluster.awaitUp(id, workers, Bench.LIMIT);
      List<String> survivors = survivors(cluster);
      String witness = survivors.get(0);
      long before = LogBytes.used(cluster.folder().resolve(witness));
      long late = turns(cluster, survivors, LATENESS, "0.1");
      long busy = turns(cluster, survivors, WORK, "0.15");
      FailoverTrial.Result result = new FailoverTrial(cluster, workers).killLeader();
      long bytes = LogBytes.used(cluster.folder().resolve(witness)) - before;
      Kill kill =
          new Kill(
              result.leaderMillis(),
              result.allUpMillis(),
              result.entries(),
              bytes,
              turns(cluster, survivors, LATENESS, "0.1") - late,
              turns(cluster, survivors, WORK, "0.15") - busy);
      seen.add(kill);
      down += result.wentDown();
      lost += result.streamsEndedOnSurvivors();
      dials = Math.max(dials, result.mostDials());
      figures.progress().step("kill " + i + " of " + kills + ": " + result + " " + kill);
      cluster.startManager(result.dead());
    }
    figures.add(workers + " workers, kill to new leader", median(seen, Kill::leader) + " ms");
    figures.add(workers + " workers, kill to all UP", median(seen, Kill::allUp) + " ms");
    figures.add("log entries for it", median(seen, Kill::entries));
    figures.add("log bytes for it, on a survivor", median(seen, Kill::logBytes));
    figures.add(
        "turns of survivors' event loops more than 100 ms late", median(seen, Kill::lateTurns));
    figures.add("of them with 100 ms of their own work, or more", median(seen, Kill::longTurns));
    figures.add(
        "workers DOWN, sessions lost on survivors, most dials of a worker",
        down + ", " + lost + ", " + dials);
  }

  private static List<String> survivors(LocalCluster cluster) {
    String leader = cluster.awaitLeader(0, Bench.LIMIT).id();
    return cluster.alive().stream().filter(id -> !id.equals(leader)).toList();
  }

  /** How many turns took longer than so many seconds, of the managers named. */
  private static long turns(
      LocalCluster cluster, List<String> managers, String meter, String seconds)
      throws IOException {
    long turns = 0;
    for (String id : managers) {
      String metrics = cluster.api(id).text("/metrics");
      turns += (long) ManagerApi.sum(metrics, meter + "_count", "");
      turns -= (long) ManagerApi.sum(metrics, meter + "_bucket", "le=\"" + seconds + "\"");
    }
    return turns;
  }

  private static String median(List<Kill> kills, java.util.function.ToLongFunction<Kill> figure) {
    long[] sorted = kills.stream().mapToLong(figure).sorted().toArray();
    return String.format(
        Locale.ROOT,
        "median %d, worst %d (%d kills)",
        sorted[sorted.length / 2],
        sorted[sorted.length - 1],
        sorted.length);
  }
}
