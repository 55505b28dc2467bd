package dev.swarm.lab;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** Stops the leader for a while: for less, more and far more than an election takes. */
@Command(
    name = "pause",
    mixinStandardHelpOptions = true,
    description = {
      "SIGSTOPs the leader for 0.4 s, 5 s and 70 s under writes. Fails when 0.4 s cost an election,",
      "an acknowledged write is lost, a worker is judged, or the manager does not take part again",
      "after 70 s, when Ratis has closed its log. About two and a half minutes."
    })
final class Pause implements Callable<Integer> {
  @Override
  public Integer call() throws IOException {
    return new Verdicts("pause")
        .add("0.4 s", folder -> leader(folder, Duration.ofMillis(400)))
        .add("5 s", folder -> leader(folder, Duration.ofSeconds(5)))
        .add("70 s", folder -> leader(folder, Duration.ofSeconds(70)))
        .print();
  }

  static List<String> leader(Path folder, Duration pause) {
    LocalCluster cluster = new LocalCluster(Lab.jar(), folder, 3, GuardTrial.settings());
    try (GuardTrial trial = new GuardTrial(cluster, "pause")) {
      List<String> violations = new ArrayList<>();
      String leader = trial.leader();
      boolean elects = pause.compareTo(Duration.ofSeconds(1)) > 0;
      trial.client.only(trial.followers(leader));
      cluster.manager(leader).signal("STOP");
      Await.pass(pause);
      cluster.manager(leader).signal("CONT");
      long begin = System.nanoTime();
      trial.client.awaitMore(5);
      long gap = trial.client.longestGapMillis();
      trial.client.only(cluster.managerIds());
      if (!elects && !trial.leader().equals(leader)) violations.add("the leader changed");
      if (elects) trial.awaitAnotherLeader(leader);
      violations.addAll(trial.violations());
      System.out.printf(
          "  all well %d ms after CONT; longest time without a write %d ms; guard actions %.0f%n",
          (System.nanoTime() - begin) / 1_000_000,
          gap,
          trial.metric(leader, "swarm_guard_actions_total", ""));
      return violations;
    }
  }
}
