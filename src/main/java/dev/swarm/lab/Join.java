package dev.swarm.lab;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** Kills managers that join, and leaders that take them in. */
@Command(
    name = "join",
    mixinStandardHelpOptions = true,
    description = "SIGKILLs a manager at each step of its joining, and the leader at each.")
final class Join implements Callable<Integer> {
  @Override
  public Integer call() throws Exception {
    return new Verdicts("join")
        .add("the one that joins is killed", Join::joinerDies)
        .add("the leader is killed", Join::leaderDies)
        .print();
  }

  /** One becomes five; what dies is a half, a third, a quarter and a fifth of the group. */
  private static List<String> joinerDies(Path folder) throws IOException {
    try (LocalCluster cluster = new LocalCluster(Lab.jar(), folder, 5, new JsonObject())) {
      cluster.foundedBy(1);
      cluster.startManager("m1");
      JoinTrial trial = new JoinTrial(cluster, List.of("m1"));
      trial.joinerDies("m2", JoinTrial.Moment.ASKED, JoinTrial.Moment.CAUGHT_UP);
      trial.joinerDies("m3", JoinTrial.Moment.ADMITTED);
      trial.joinerDies("m4", JoinTrial.Moment.STAGING);
      trial.joinerDies("m5", JoinTrial.Moment.PROMOTED);
      trial.anyMajorityLeads();
      return trial.violations();
    }
  }

  /** Three become seven, the most there may be, and seven again without one of them. */
  private static List<String> leaderDies(Path folder) throws IOException {
    List<String> founders = List.of("m1", "m2", "m3");
    JoinTrial.Moment[] moments = JoinTrial.Moment.values();
    int all = founders.size() + moments.length;
    int most = all - 1;
    try (LocalCluster cluster = new LocalCluster(Lab.jar(), folder, all, new JsonObject())) {
      cluster.foundedBy(founders.size());
      founders.forEach(cluster::startManager);
      JoinTrial trial = new JoinTrial(cluster, founders);
      for (int i = 0; i < moments.length; i++) {
        if (founders.size() + i == most) trial.oneLeaves();
        trial.leaderDies(cluster.managerIds().get(founders.size() + i), moments[i]);
      }
      return trial.violations();
    }
  }
}
