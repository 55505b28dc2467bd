package dev.swarm.lab;

import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** One fault tried on a cluster of its own, which is cleaned up however it ends. */
final class FaultRun {
  private FaultRun() {}

  /** What is done to a cluster that was prepared and not started. */
  interface Trial {
    /** Returns what did not hold, a line each. */
    List<String> run(LocalCluster cluster) throws Exception;
  }

  /** Exit code: 0 when everything held; 1 when not, and then the processes' output is kept. */
  static int of(int managers, JsonObject settings, Trial trial) throws Exception {
    return of(managers, settings, null, trial);
  }

  /** The same with a host of its own for each manager, on a network that is closed at the end. */
  static int of(int managers, JsonObject settings, Network network, Trial trial) throws Exception {
    Path folder = Files.createTempDirectory("swarm-faults-");
    LocalCluster cluster = new LocalCluster(Lab.jar(), folder, managers, settings, network);
    Thread cleanUp = new Thread(() -> cleanUp(cluster, network));
    Runtime.getRuntime().addShutdownHook(cleanUp);
    List<String> violations = trial.run(cluster);
    violations.forEach(violation -> System.out.println("NOT HELD: " + violation));
    if (violations.isEmpty()) {
      System.out.println("Everything held.");
      return 0;
    }
    Runtime.getRuntime().removeShutdownHook(cleanUp);
    cluster.close();
    if (network != null) network.close();
    System.out.println("What the processes said is in " + folder);
    return 1;
  }

  private static void cleanUp(LocalCluster cluster, Network network) {
    cluster.end();
    if (network != null) network.close();
  }
}
