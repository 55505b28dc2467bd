package dev.swarm.lab;

import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Kills leader after leader and looks at what workers and survivors make of it. */
@Command(
    name = "kill-leader",
    mixinStandardHelpOptions = true,
    description = "SIGKILLs the leader of three managers, starts it again, and so on.")
final class KillLeader implements Callable<Integer> {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @Option(names = "--times", description = "kills (default ${DEFAULT-VALUE})")
  int times = 20;

  @Option(names = "--workers", description = "agents (default ${DEFAULT-VALUE})")
  int workers = 200;

  @Override
  public Integer call() throws Exception {
    return FaultRun.of(3, new JsonObject(), this::kill);
  }

  private List<String> kill(LocalCluster cluster) {
    cluster.leaveUnbalanced(); // or workers of survivors would dial, though not for the kill
    cluster.startManagers();
    cluster.awaitLeader(0, LIMIT);
    cluster.startWorkers("w1", workers, 5, new JsonObject().put("kind", "discard"));
    List<FailoverTrial.Result> results = new ArrayList<>();
    for (int i = 0; i < times; i++) {
      for (String manager : cluster.alive()) cluster.awaitUp(manager, workers, LIMIT);
      FailoverTrial.Result seen = new FailoverTrial(cluster, workers).killLeader();
      results.add(seen);
      tell(i + 1, seen);
      cluster.startManager(seen.dead());
    }
    boolean held = new KillVerdict(results).print();
    return held ? List.of() : List.of("a kill was felt by more than it may");
  }

  private void tell(int number, FailoverTrial.Result seen) {
    System.out.printf(
        "kill %2d of %d: %s, %d workers on it; new leader %5d ms, all UP %5d ms, sessions lost %d,"
            + " dials of survivors' %d, most dials %d, DOWN %d, entries %d%n",
        number,
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
  }
}
