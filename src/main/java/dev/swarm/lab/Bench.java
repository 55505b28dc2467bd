package dev.swarm.lab;

import dev.swarm.bench.ConsensusBench;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Measures speed and size with everything on this machine and prints figures; judges only what a
 * crowd may do to others.
 */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    subcommands = ConsensusBench.class,
    description =
        "Measures speed and size on this machine and prints figures. Exit code 1 when the crowd of"
            + " a failover cost others a beat, a session or 100 ms of an event loop.")
final class Bench implements Callable<Integer> {
  /** For whatever must come true before there is something to measure. */
  static final Duration LIMIT = Duration.ofMinutes(5);

  /** Its tasks never end while they are watched, so that no reports are sent. */
  static final JsonObject HOLD = new JsonObject().put("kind", "discard").put("delay", "10m");

  /** What can be measured. */
  enum Part {
    STARTS,
    FLEET,
    PLACED,
    PINNED,
    DRAIN,
    FAILOVER,
    LEADER_CPU;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  @Parameters(
      paramLabel = "PART",
      description = {
        "what to measure (default: the first four)",
        "  starts  a manager's start, with and without a class-data archive",
        "  fleet   workers connecting, memory of a session, CPU of idle managers",
        "  placed  delivery of tasks that any worker may run",
        "  pinned  delivery of tasks that name their worker",
        "  drain       workers leaving a manager that is drained",
        "  failover    from the kill of a leader to all workers UP, and what it cost",
        "  leader-cpu  CPU of a leader against the number of workers"
      })
  List<Part> parts = List.of(Part.STARTS, Part.FLEET, Part.PLACED, Part.PINNED);

  @Option(names = "--workers", description = "agents (default ${DEFAULT-VALUE})")
  int workers = 1_000;

  @Option(names = "--tasks", description = "assignments to deliver (default ${DEFAULT-VALUE})")
  int tasks = 200_000;

  @Option(
      names = "--warm-up",
      description =
          "assignments delivered, and told apart, before those (default ${DEFAULT-VALUE})")
  int warmUp = 200_000;

  @Option(
      names = "--idle",
      description = "seconds to watch idle managers (default ${DEFAULT-VALUE})")
  int idleSeconds = 60;

  @Option(names = "--kills", description = "leaders to kill (default ${DEFAULT-VALUE})")
  int kills = 20;

  @Option(
      names = "--leader-weight",
      description =
          "of the leader that is killed, where the others have 100: with 1000 five sixths of the"
              + " workers lose their manager at once (default ${DEFAULT-VALUE})")
  int leaderWeight = 100;

  @Option(
      names = "--counts",
      split = ",",
      description = "workers, rising, for leader-cpu (default ${DEFAULT-VALUE})")
  List<Integer> counts = List.of(1_000, 2_000, 5_000, 10_000);

  @Option(names = "--starts", description = "starts to measure (default ${DEFAULT-VALUE})")
  int starts = 5;

  @Option(
      names = "--profile",
      paramLabel = "FOLDER",
      description = "where to leave a flight recording of each process during delivery")
  Path profile;

  @Override
  public Integer call() throws Exception {
    Figures figures = new Figures();
    List<String> violations = new ArrayList<>();
    for (Part part : parts) {
      switch (part) {
        case STARTS -> new StartBench(figures, starts).run();
        case FLEET -> new FleetBench(figures, workers, idleSeconds).run();
        case PLACED -> delivery(figures, part).run();
        case PINNED -> delivery(figures, part).run();
        case DRAIN -> new DrainBench(figures, workers).run();
        case FAILOVER ->
            violations.addAll(new FailoverBench(figures, workers, kills, leaderWeight).run());
        case LEADER_CPU -> new LeaderCpuBench(figures, counts, idleSeconds).run();
      }
    }
    figures.print();
    violations.forEach(line -> System.out.println("NOT HELD: " + line));
    return violations.isEmpty() ? 0 : 1;
  }

  private DeliveryBench delivery(Figures figures, Part part) {
    return new DeliveryBench(
        figures, workers, part == Part.PINNED, List.of(warmUp, tasks), profile);
  }

  /** What is done with a cluster. */
  interface Measurement {
    void run(LocalCluster cluster) throws IOException;
  }

  /** Ends the cluster afterwards, also when this process is told to end. */
  static void withCluster(int managers, Measurement measurement) throws IOException {
    Path folder = Files.createTempDirectory("swarm-bench-");
    LocalCluster cluster = new LocalCluster(Lab.jar(), folder, managers, new JsonObject());
    Thread cleanUp = new Thread(cluster::end);
    Runtime.getRuntime().addShutdownHook(cleanUp);
    measurement.run(cluster);
    cluster.end();
    Runtime.getRuntime().removeShutdownHook(cleanUp);
  }
}
