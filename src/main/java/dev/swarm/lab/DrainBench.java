package dev.swarm.lab;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** How fast the workers of a manager that is drained have gone, and what it cost the log. */
final class DrainBench {
  private static final String M1 = "/api/v1/managers/m1";
  private static final int PROCESSES = 2;
  private static final int UNBOUNDED = 10_000;
  private static final Duration SETTLE = Duration.ofSeconds(2);

  private final Figures figures;
  private final int workers;

  DrainBench(Figures figures, int workers) {
    this.figures = figures;
    this.workers = workers / PROCESSES * PROCESSES;
  }

  void run() throws IOException {
    Bench.withCluster(3, cluster -> measure(cluster, "by default", new JsonObject()));
    JsonObject unbounded = new JsonObject().put("drainPerSecond", UNBOUNDED);
    Bench.withCluster(3, cluster -> measure(cluster, "unbounded", unbounded));
  }

  private void measure(LocalCluster cluster, String how, JsonObject moves) throws IOException {
    cluster.limits(FailoverBench.ONE_HOST);
    cluster.moves(moves.put("rebalancePerSecond", 0));
    cluster.startManagers();
    cluster.awaitLeader(0, Bench.LIMIT);
    for (int i = 1; i <= PROCESSES; i++) {
      cluster.startWorkers("w" + i, workers / PROCESSES, 1, Bench.HOLD);
    }
    for (String id : cluster.alive()) cluster.awaitUp(id, workers, Bench.LIMIT);
    ManagerApi api = cluster.api("m1");
    int held = api.object(M1).getInteger("workers");
    final long indexBefore = api.object(M1).getLong("appliedIndex");
    final long beginMillis = System.currentTimeMillis();
    long begin = System.nanoTime();
    api.post(M1 + "/drain", new JsonObject());
    Await.until(Bench.LIMIT, "an empty m1", () -> api.object(M1).getInteger("workers") == 0);
    double seconds = (System.nanoTime() - begin) / 1e9;
    final long entries = api.object(M1).getLong("appliedIndex") - indexBefore;
    Await.pass(SETTLE); // the last to move write down that they did
    AgentJournal journal = AgentJournal.read(cluster.journals(), beginMillis);
    figures.add(
        held + " of " + workers + " workers left a drained manager, " + how,
        String.format(Locale.ROOT, "%.1f s, %.0f a second", seconds, held / seconds));
    figures.add("log entries for it", Long.toString(entries));
    figures.add(
        "agents without a stream for a moment, dials of workers elsewhere",
        List.of(journal.momentsWithoutStream(), journal.welcomes() - held).toString());
  }
}
