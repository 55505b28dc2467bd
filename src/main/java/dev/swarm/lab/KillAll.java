package dev.swarm.lab;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Kills all managers at once under load, again and again: what was acknowledged is there, once. */
@Command(
    name = "kill-all",
    mixinStandardHelpOptions = true,
    description = "SIGKILLs all managers at once under load, starts them again, and so on.")
final class KillAll implements Callable<Integer> {
  static final Duration LIMIT = Duration.ofSeconds(60);
  static final int CLIENTS = 8;
  static final int AT_LEAST = 100;

  @Option(names = "--times", description = "kills of all (default ${DEFAULT-VALUE})")
  int times = 10;

  @Option(names = "--minutes", description = "no new kill after that (default ${DEFAULT-VALUE})")
  int minutes = 10;

  @Override
  public Integer call() throws Exception {
    return FaultRun.of(3, new JsonObject(), this::killAgainAndAgain);
  }

  private List<String> killAgainAndAgain(LocalCluster cluster) throws Exception {
    Acknowledged acknowledged = new Acknowledged(cluster);
    cluster.startManagers();
    return Rounds.run(times, minutes, number -> kill(cluster, acknowledged, number));
  }

  private List<String> kill(LocalCluster cluster, Acknowledged acknowledged, int number)
      throws IOException {
    long begin = System.nanoTime();
    List<String> wrong = round(cluster, acknowledged, number);
    System.out.printf(
        "kill %2d of %d: %d acknowledged so far, verified %.1f s after the kill%n",
        number, times, acknowledged.size(), (System.nanoTime() - begin) / 1e9);
    return wrong;
  }

  /** Writes, kills all, starts all, and says what is wrong then. */
  static List<String> round(LocalCluster cluster, Acknowledged acknowledged, int number)
      throws IOException {
    try (Writers writers = acknowledged.writeUntil(AT_LEAST, "kill" + number + "-", CLIENTS)) {
      Await.pass(Duration.ofMillis(new Random(number).nextInt(500)));
      cluster.managerIds().forEach(id -> cluster.manager(id).signal("KILL"));
      cluster.managerIds().forEach(id -> cluster.manager(id).kill());
      acknowledged.remember(writers);
    }
    cluster.startManagers();
    cluster.awaitLeader(0, LIMIT);
    return acknowledged.verify();
  }
}
