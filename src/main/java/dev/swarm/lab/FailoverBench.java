package dev.swarm.lab;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.time.Duration;
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
      long leader,
      long allUp,
      long entries,
      long logBytes,
      long lateTurns,
      long longTurns,
      long turnsVeryLate,
      long lateFirstBeats,
      long lateBeats) {}

  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(500);
  private static final Duration LONGEST_PERIOD = Duration.ofSeconds(6);
  private static final String LATENESS = "swarm_loop_lateness_seconds";
  private static final String BEATS = "swarm_heartbeat_lateness_seconds";
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
    // Between kills the workers go back to their shares, soon; while one is watched there is no
    // time.
    cluster.moves(new JsonObject().put("rebalancePerSecond", 1_000));
    cluster.startManagers();
    cluster.awaitLeader(0, Bench.LIMIT);
    cluster.startWorkers("w1", workers, 1, Bench.HOLD);
    List<Kill> seen = new ArrayList<>();
    int down = 0;
    int lost = 0;
    int dials = 0;
    for (int i = 1; i <= kills; i++) {
      for (String id : cluster.alive()) cluster.awaitUp(id, workers, Bench.LIMIT);
      awaitShares(cluster);
      Await.pass(LONGEST_PERIOD); // nobody's first beat is still to come
      List<String> survivors = survivors(cluster);
      String witness = survivors.get(0);
      long before = LogBytes.used(cluster.folder().resolve(witness));
      long late = slower(cluster, survivors, LATENESS, "0.1");
      long veryLate = slower(cluster, survivors, LATENESS, "1.0");
      long busy = slower(cluster, survivors, WORK, "0.15");
      long firstBeats = slower(cluster, survivors, BEATS, "beat=\"first\"", "1.0");
      long beats = slower(cluster, survivors, BEATS, "beat=\"later\"", "1.0");
      FailoverTrial.Result result = new FailoverTrial(cluster, workers).killLeader();
      long bytes = LogBytes.used(cluster.folder().resolve(witness)) - before;
      Kill kill =
          new Kill(
              result.leaderMillis(),
              result.allUpMillis(),
              result.entries(),
              bytes,
              slower(cluster, survivors, LATENESS, "0.1") - late,
              slower(cluster, survivors, WORK, "0.15") - busy,
              slower(cluster, survivors, LATENESS, "1.0") - veryLate,
              slower(cluster, survivors, BEATS, "beat=\"first\"", "1.0") - firstBeats,
              slower(cluster, survivors, BEATS, "beat=\"later\"", "1.0") - beats);
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
    figures.add("turns more than 1 s late", median(seen, Kill::turnsVeryLate));
    figures.add("first beats of the crowd more than 1 s late", median(seen, Kill::lateFirstBeats));
    figures.add("beats of the other workers more than 1 s late", median(seen, Kill::lateBeats));
    figures.add(
        "workers DOWN, sessions lost on survivors, most dials of a worker",
        down + ", " + lost + ", " + dials);
  }

  /** Every manager has its third of the workers: no move is under way that a kill would end. */
  private void awaitShares(LocalCluster cluster) {
    double chance = 3 * Math.sqrt(workers / 3.0) + 1; // that much nobody moves for
    Await.until(
        Bench.LIMIT,
        "each manager to have its share of the workers",
        () -> {
          Await.pass(BETWEEN_LOOKS);
          JsonArray managers = cluster.api(cluster.alive().get(0)).list("/api/v1/managers");
          return managers.stream()
              .map(JsonObject.class::cast)
              .allMatch(
                  manager -> Math.abs(manager.getInteger("workers") - workers / 3.0) <= chance);
        });
  }

  private static List<String> survivors(LocalCluster cluster) {
    String leader = cluster.awaitLeader(0, Bench.LIMIT).id();
    return cluster.alive().stream().filter(id -> !id.equals(leader)).toList();
  }

  /** How often a meter saw more than so many seconds, of the managers named. */
  private static long slower(
      LocalCluster cluster, List<String> managers, String meter, String seconds)
      throws IOException {
    return slower(cluster, managers, meter, "", seconds);
  }

  private static long slower(
      LocalCluster cluster, List<String> managers, String meter, String tag, String seconds)
      throws IOException {
    long count = 0;
    for (String id : managers) {
      String metrics = cluster.api(id).text("/metrics");
      count += (long) ManagerApi.sum(metrics, meter + "_count", tag);
      count -=
          (long)
              ManagerApi.sum(
                  metrics,
                  meter + "_bucket",
                  (tag.isEmpty() ? "" : tag + ",") + "le=\"" + seconds + "\"");
    }
    return count;
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
