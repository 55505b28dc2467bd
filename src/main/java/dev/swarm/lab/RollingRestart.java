package dev.swarm.lab;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Restarts the managers one after the other, as an upgrade does, under workers and work. */
@Command(
    name = "rolling-restart",
    mixinStandardHelpOptions = true,
    description = "Restarts three managers one after the other, in order or with SIGKILL.")
final class RollingRestart implements Callable<Integer> {
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final int PROCESSES = 2;

  /** How a manager is ended. */
  enum Way {
    /** SIGTERM: its workers go first. */
    TERM,
    /** SIGKILL. */
    KILL
  }

  @Option(names = "--workers", description = "agents (default ${DEFAULT-VALUE})")
  int workers = 1_000;

  @Option(names = "--signal", description = "${COMPLETION-CANDIDATES} (default ${DEFAULT-VALUE})")
  Way signal = Way.TERM;

  @Option(names = "--times", description = "rounds (default ${DEFAULT-VALUE})")
  int times = 1;

  @Option(names = "--minutes", description = "no new round after that (default ${DEFAULT-VALUE})")
  int minutes = 10;

  @Override
  public Integer call() throws Exception {
    return FaultRun.of(3, new JsonObject(), this::roll);
  }

  private List<String> roll(LocalCluster cluster) throws Exception {
    cluster.startManagers();
    cluster.awaitLeader(0, LIMIT);
    JsonObject executor = new JsonObject().put("kind", "discard").put("delay", "2s");
    for (int i = 1; i <= PROCESSES; i++) {
      cluster.startWorkers("w" + i, workers / PROCESSES, 5, executor);
    }
    int agents = workers / PROCESSES * PROCESSES;
    return Rounds.run(times, minutes, number -> roll(cluster, agents, number));
  }

  private List<String> roll(LocalCluster cluster, int agents, int number) throws IOException {
    for (String manager : cluster.managerIds()) cluster.awaitUp(manager, agents, LIMIT);
    RollingTrial trial = new RollingTrial(cluster, agents, Integer.toString(number));
    RollingTrial.Result seen = trial.run(signal == Way.TERM);
    System.out.printf("round %d of %d: %s%n", number, times, seen);
    return seen.violations(signal == Way.TERM);
  }
}
