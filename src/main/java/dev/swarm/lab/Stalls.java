package dev.swarm.lab;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Disks that stall and cores that are busy, under writes: neither may cost an election. */
@Command(
    name = "stalls",
    mixinStandardHelpOptions = true,
    description = {
      "Slows fsync down to a second on the leader of three managers, then on all three, then keeps",
      "all cores busy, under writes. Fails when that costs an election or an acknowledged write."
    })
final class Stalls implements Callable<Integer> {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @Option(names = "--seconds", description = "of each trouble (default ${DEFAULT-VALUE})")
  int seconds = 25;

  @Override
  public Integer call() throws Exception {
    String missing = SlowDisks.missing();
    if (missing != null) {
      System.err.println(missing);
      return 2;
    }
    return FaultRun.of(3, new JsonObject(), this::stall);
  }

  private List<String> stall(LocalCluster cluster) throws IOException {
    SlowDisks disks = SlowDisks.in(cluster.folder());
    cluster.managerIds().forEach(id -> cluster.wrap(id, disks.under(id)));
    cluster.startManagers();
    String leader = cluster.awaitLeader(0, LIMIT).id();
    StallTrial trial = new StallTrial(cluster, leader);
    Duration time = Duration.ofSeconds(seconds);
    List<StallTrial.Result> results = new ArrayList<>();
    results.add(told(trial.during("no trouble", Duration.ofSeconds(5), () -> {})));
    Duration beforeTheGuardActs = Duration.ofSeconds(4);
    results.add(
        told(
            trial.during(
                "fsync 1 s on the leader", beforeTheGuardActs, disks.slow(List.of(leader)))));
    results.add(told(trial.during("fsync 1 s on all", time, disks.slow(cluster.managerIds()))));
    try (BusyCores busy = new BusyCores(time.plusSeconds(5))) {
      results.add(told(trial.during(BusyCores.count() + " busy cores", time, busy::close)));
    }
    return StallTrial.violations(results, trial.lost());
  }

  private static StallTrial.Result told(StallTrial.Result result) {
    System.out.println(result);
    return result;
  }
}
