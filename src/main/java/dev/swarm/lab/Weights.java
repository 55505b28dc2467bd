package dev.swarm.lab;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Weighs managers anew and kills them: their workers follow the shares. */
@Command(
    name = "weights",
    mixinStandardHelpOptions = true,
    description =
        "Weighs three managers 100, 50 and 0 and equally, kills one each time, lets it return.")
final class Weights implements Callable<Integer> {
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final int PROCESSES = 2;

  @Option(names = "--workers", description = "agents (default ${DEFAULT-VALUE})")
  int workers = 1_000;

  @Override
  public Integer call() throws Exception {
    return FaultRun.of(3, new JsonObject(), this::weigh);
  }

  private List<String> weigh(LocalCluster cluster) throws IOException {
    cluster.startManagers();
    cluster.awaitLeader(0, LIMIT);
    JsonObject executor = new JsonObject().put("kind", "discard");
    for (int i = 1; i <= PROCESSES; i++) {
      cluster.startWorkers("w" + i, workers / PROCESSES, 5, executor);
    }
    int agents = workers / PROCESSES * PROCESSES;
    for (String id : cluster.managerIds()) cluster.awaitUp(id, agents, LIMIT);
    WeightTrial trial = new WeightTrial(cluster, agents);
    List<String> wrong = new ArrayList<>();
    wrong.addAll(tell(trial.weigh("m3", 0)));
    wrong.addAll(tell(trial.weigh("m2", 50)));
    wrong.addAll(tell(trial.killAndReturn("m1")));
    wrong.addAll(tell(trial.weigh("m2", 100)));
    wrong.addAll(tell(trial.weigh("m3", 100)));
    wrong.addAll(tell(trial.killAndReturn("m2")));
    return wrong;
  }

  private static List<String> tell(WeightTrial.Occasion seen) {
    System.out.println(seen);
    return seen.violations();
  }
}
