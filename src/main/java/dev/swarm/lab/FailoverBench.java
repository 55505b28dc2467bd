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
      long crowd,
      long leader,
      long allUp,
      long entries,
      long logBytes,
      long lateTurns,
      long longTurns,
      long turnsVeryLate,
      long lateFirstBeats,
      long beats250Late,
      long lateBeats) {}

  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(500);
  private static final Duration LONGEST_PERIOD = Duration.ofSeconds(6);
  private static final String LATENESS = "swarm_loop_lateness_seconds";
  private static final String BEATS = "swarm_heartbeat_lateness_seconds";
  private static final String WORK = "swarm_loop_work_seconds";

  private static final int WEIGHT = 100;

  /** A turn of 100 ms shows as so much or more, many short ones in 50 ms as less. */
  private static final String OWN_WORK = "0.1";

  private final Figures figures;
  private final int workers;
  private final int kills;
  private final int leaderWeight;

  /**
   * Kills this often the leader of so many workers.
   *
   * @param leaderWeight of whoever leads then; the others have {@value #WEIGHT}
   */
  FailoverBench(Figures figures, int workers, int kills, int leaderWeight) {
    this.figures = figures;
    this.workers = workers;
    this.kills = kills;
    this.leaderWeight = leaderWeight;
  }

  /** What did not hold of the bounds for the others, whom a crowd must not hurt. */
  List<String> run() throws IOException {
    List<String> violations = new ArrayList<>();
    Bench.withCluster(3, cluster -> violations.addAll(measure(cluster)));
    return violations;
  }

  private List<String> measure(LocalCluster cluster) throws IOException {
    cluster.limits(ONE_HOST);
    // Between kills the workers go back to their shares, soon; while one is watched there is no
    // time.
    cluster.moves(new JsonObject().put("rebalancePerSecond", 1_000));
    cluster.startManagers();
    cluster.awaitReady(Bench.LIMIT); // agents that come too early stay with those who were ready
    cluster.startWorkers("w1", workers, 1, Bench.HOLD);
    List<Kill> seen = new ArrayList<>();
    int down = 0;
    int lost = 0;
    int dials = 0;
    int stalls = 0;
    for (int i = 1; i <= kills; i++) {
      for (String id : cluster.alive()) cluster.awaitUp(id, workers, Bench.LIMIT);
      awaitShares(cluster);
      Await.pass(LONGEST_PERIOD); // nobody's first beat is still to come
      List<String> survivors = survivors(cluster);
      String witness = survivors.get(0);
      long before = LogBytes.used(cluster.folder().resolve(witness));
      long late = slower(cluster, survivors, LATENESS, "0.1");
      long veryLate = slower(cluster, survivors, LATENESS, "1.0");
      long busy = slower(cluster, survivors, WORK, OWN_WORK);
      long firstBeats = slower(cluster, survivors, BEATS, "beat=\"first\"", "1.0");
      long beats250 = slower(cluster, survivors, BEATS, "beat=\"later\"", "0.25");
      long beats = slower(cluster, survivors, BEATS, "beat=\"later\"", "1.0");
      FailoverTrial.Result result = new FailoverTrial(cluster, workers).killLeader();
      long bytes = LogBytes.used(cluster.folder().resolve(witness)) - before;
      Await.pass(LONGEST_PERIOD); // the crowd's first beats come now, and late ones of the others
      Kill kill =
          new Kill(
              result.onDeadManager(),
              result.leaderMillis(),
              result.allUpMillis(),
              result.entries(),
              bytes,
              slower(cluster, survivors, LATENESS, "0.1") - late,
              slower(cluster, survivors, WORK, OWN_WORK) - busy,
              slower(cluster, survivors, LATENESS, "1.0") - veryLate,
              slower(cluster, survivors, BEATS, "beat=\"first\"", "1.0") - firstBeats,
              slower(cluster, survivors, BEATS, "beat=\"later\"", "0.25") - beats250,
              slower(cluster, survivors, BEATS, "beat=\"later\"", "1.0") - beats);
      seen.add(kill);
      down += result.wentDown();
      lost += result.streamsEndedOnSurvivors();
      stalls += result.stallsOfSurvivorsAgents();
      dials = Math.max(dials, result.mostDials());
      figures.progress().step("kill " + i + " of " + kills + ": " + result + " " + kill);
      cluster.startManager(result.dead());
    }
    figures.add("workers on the leader that was killed", median(seen, Kill::crowd));
    figures.add(workers + " workers, kill to new leader", median(seen, Kill::leader) + " ms");
    figures.add(workers + " workers, kill to all UP", median(seen, Kill::allUp) + " ms");
    figures.add("log entries for it", median(seen, Kill::entries));
    figures.add("log bytes for it, on a survivor", median(seen, Kill::logBytes));
    figures.add(
        "turns of survivors' event loops more than 100 ms late", median(seen, Kill::lateTurns));
    figures.add("of them with 100 ms of their own work, or more", median(seen, Kill::longTurns));
    figures.add("turns more than 1 s late", median(seen, Kill::turnsVeryLate));
    figures.add("first beats of the crowd more than 1 s late", median(seen, Kill::lateFirstBeats));
    figures.add(
        "beats of the other workers more than 250 ms late", median(seen, Kill::beats250Late));
    figures.add("beats of the other workers more than 1 s late", median(seen, Kill::lateBeats));
    figures.add(
        "beats of them that were overdue by 1 s when their process sent them, in all kills",
        String.valueOf(stalls));
    figures.add(
        "workers DOWN, sessions lost on survivors, most dials of a worker",
        down + ", " + lost + ", " + dials);
    return violations(seen, down, lost);
  }

  private static List<String> violations(List<Kill> seen, int down, int lost) {
    List<String> violations = new ArrayList<>();
    long blocked = seen.stream().mapToLong(Kill::longTurns).sum();
    long late = seen.stream().mapToLong(Kill::lateBeats).sum();
    if (down > 0) violations.add(down + " workers were taken for DOWN");
    if (lost > 0) violations.add(lost + " sessions on survivors ended");
    if (blocked > 0) violations.add(blocked + " turns of event loops had 100 ms of work");
    if (late > 0) violations.add(late + " beats of other workers were more than 1 s late");
    return violations;
  }

  /**
   * Every manager has its share of the workers, the leader its own: no move is under way that a
   * kill would end.
   */
  private void awaitShares(LocalCluster cluster) {
    Await.until(
        Bench.LIMIT,
        "each manager to have its share of the workers",
        () -> {
          Await.pass(BETWEEN_LOOKS);
          String leader = cluster.awaitLeader(0, Bench.LIMIT).id();
          JsonArray managers = cluster.api(leader).list("/api/v1/managers");
          boolean level = true;
          for (int i = 0; i < managers.size(); i++) {
            JsonObject manager = managers.getJsonObject(i);
            level &= weighs(cluster, manager, leader) && hasItsShare(manager);
          }
          return level;
        });
  }

  /** Whether it has the weight that it should have; gives it that otherwise. */
  private boolean weighs(LocalCluster cluster, JsonObject manager, String leader)
      throws IOException {
    String id = manager.getString("id");
    int weight = id.equals(leader) ? leaderWeight : WEIGHT;
    if (manager.getInteger("weight") == weight) return true;
    String path = "/api/v1/managers/" + id + "/weight";
    cluster.api(leader).put(path, new JsonObject().put("weight", weight));
    return false;
  }

  private boolean hasItsShare(JsonObject manager) {
    double all = leaderWeight + 2 * WEIGHT;
    double share = workers * manager.getInteger("weight") / all;
    double chance = 3 * Math.sqrt(share) + 1; // that much nobody moves for
    return Math.abs(manager.getInteger("workers") - share) <= chance;
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
