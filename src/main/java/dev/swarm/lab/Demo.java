package dev.swarm.lab;

import io.vertx.core.json.JsonArray;
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

/** The main job in a minute: managers, workers, tasks, and a leader that dies while they run. */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    description = "Starts a cluster, gives it work, kills its leader, and says what happened.")
final class Demo implements Callable<Integer> {
  private static final int WORKER_PROCESSES = 3;
  private static final Duration START_LIMIT = Duration.ofSeconds(60);
  private static final Duration WORK_LIMIT = Duration.ofMinutes(5);

  @Option(names = "--managers", description = "1, 3 or 5 managers (default ${DEFAULT-VALUE})")
  int managers = 3;

  @Option(names = "--workers", description = "agents in all (default ${DEFAULT-VALUE})")
  int workers = 300;

  @Option(names = "--tasks", description = "tasks to run (default ${DEFAULT-VALUE})")
  int tasks = 3_000;

  @Option(names = "--task-time", description = "how long a task takes (default ${DEFAULT-VALUE})")
  String taskTime = "2s";

  @Option(names = "--keep", description = "leave the cluster running and print its addresses")
  boolean keep;

  private final Progress progress = new Progress();
  private LocalCluster cluster;

  @Override
  public Integer call() throws IOException {
    if (managers != 1 && managers != 3 && managers != 5) {
      System.err.println("--managers " + managers + ": must be 1, 3 or 5");
      return 2;
    }
    Path folder = Files.createTempDirectory("swarm-demo-");
    cluster = new LocalCluster(Lab.jar(), folder, managers, new JsonObject());
    Thread cleanUp = new Thread(cluster::end);
    Runtime.getRuntime().addShutdownHook(cleanUp);
    int code = run();
    if (keep) {
      Runtime.getRuntime().removeShutdownHook(cleanUp);
      printAddresses();
    }
    return code;
  }

  private int run() throws IOException {
    startCluster();
    DemoTally.Load load = submit();
    DemoTally tally = new DemoTally(cluster, tasks);
    FailoverTrial.Result failover = null;
    if (managers > 1) {
      awaitFinished(load, tasks / 4);
      tally.rememberMetricsOf(cluster.awaitLeader(0, START_LIMIT).id());
      progress.step("killing the leader with SIGKILL while work is running");
      failover = new FailoverTrial(cluster, workers).killLeader();
      progress.step(
          "new leader " + failover.leader().id() + "; all " + workers + " workers are UP again");
    }
    awaitFinished(load, tasks);
    progress.step("all tasks are finished");
    return tally.report(load, failover);
  }

  private void startCluster() {
    progress.step("starting " + managers + " managers");
    cluster.startManagers();
    LocalCluster.Leader leader = cluster.awaitLeader(0, START_LIMIT);
    progress.step(leader.id() + " leads; starting " + workers + " workers");
    int processes = Math.min(WORKER_PROCESSES, workers);
    for (int i = 0; i < processes; i++) {
      int count = workers / processes + (i < workers % processes ? 1 : 0);
      cluster.startWorkers(
          "w" + (i + 1), count, 5, new JsonObject().put("kind", "discard").put("delay", taskTime));
    }
    for (String manager : cluster.alive()) cluster.awaitUp(manager, workers, START_LIMIT);
    progress.step("all workers are UP, as every manager answers");
  }

  private DemoTally.Load submit() throws IOException {
    String run = Long.toString(System.currentTimeMillis(), 36);
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < tasks; i++) {
      lines
          .append(
              new JsonObject()
                  .put("name", "demo")
                  .put("kind", "discard")
                  .put("key", "demo-" + run + "-" + i)
                  .put("payload", "task " + i)
                  .encode())
          .append('\n');
    }
    JsonObject answer = cluster.api(cluster.alive().get(0)).submit(lines.toString());
    JsonArray accepted = answer.getJsonArray("tasks");
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < accepted.size(); i++) ids.add(accepted.getJsonObject(i).getString("id"));
    if (ids.size() != tasks) {
      throw new LabException(ids.size() + " of " + tasks + " tasks accepted: " + answer.encode());
    }
    progress.step(tasks + " tasks are committed");
    return new DemoTally.Load(ids, System.nanoTime());
  }

  private void awaitFinished(DemoTally.Load load, int atLeast) {
    Await.until(
        WORK_LIMIT,
        atLeast + " finished tasks",
        () -> {
          cluster.checkAlive();
          JsonObject status = cluster.api(cluster.alive().get(0)).object("/api/v1/cluster");
          int done = DemoTally.finished(status.getJsonObject("tasks"));
          progress.tick(done + " of " + tasks + " tasks finished");
          return done >= atLeast;
        });
  }

  private void printAddresses() {
    System.out.println();
    System.out.println("Left running; data and output in " + cluster.folder());
    for (String id : cluster.alive()) {
      System.out.println(
          "  "
              + id
              + "  "
              + cluster.api(id).base()
              + "  (process "
              + cluster.manager(id).pid()
              + ")");
    }
    String endpoint = cluster.api(cluster.alive().get(0)).base().substring("http://".length());
    System.out.println("Look:  scripts/swarm --endpoints " + endpoint + " worker ls");
    System.out.println("End:   kill " + cluster.pids());
  }
}
