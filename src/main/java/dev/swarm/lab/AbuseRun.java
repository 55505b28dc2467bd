package dev.swarm.lab;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Every known attack on the workers' port, one after the other, beside honest workers. */
@Command(
    name = "abuse",
    mixinStandardHelpOptions = true,
    description =
        "Attacks the port of the workers in every way known while honest workers beat there, and"
            + " compares their beats with those while somebody else on the machine is attacked."
            + " The attacker is a host of its own: needs root and ip.")
final class AbuseRun implements Callable<Integer> {
  /** Workers that may beat every 110 ms, and a TTL that outlives any attack's effect. */
  static final JsonObject SETTINGS =
      new JsonObject()
          .put(
              "heartbeat",
              new JsonObject()
                  .put("period", "300ms")
                  .put("jitter", "10%")
                  .put("ttlMultiplier", 20)
                  .put("failoverMultiplier", 30));

  /**
   * So little memory that a leak shows, all of it taken at the start so that growth is a leak; and
   * no second compiler, whose work would be taken for that of the attacks.
   */
  static final List<String> FLAGS =
      List.of(
          "-Xms160m",
          "-Xmx160m",
          "-XX:+AlwaysPreTouch",
          "-XX:MaxDirectMemorySize=96m",
          "-XX:TieredStopAtLevel=1");

  /** How much more a manager may hold after an attack, resident and of its heap. */
  static final long MEMORY_BYTES = 64L << 20;

  /** Other work on the machine makes honest beats late in a window; it excuses nothing else. */
  private static final int TRIES = 3;

  /** Taken in turn, so that what else changes on the machine changes both. */
  private static final int WINDOWS = 5;

  private static final int MANAGER = 1;
  private static final int ATTACKER = 2;
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @Option(names = "--seconds", description = "for each way (default ${DEFAULT-VALUE})")
  int seconds = 10;

  @Option(names = "--only", description = "these ways")
  List<String> only;

  @Option(
      names = "--margin",
      description =
          "milliseconds besides the 10 %% that honest workers may lose: the turn of another thread"
              + " on the core that all but the attacker share (default ${DEFAULT-VALUE})")
  double margin = 0.5;

  @Override
  public Integer call() throws Exception {
    List<String> known = Arrays.stream(Abuse.values()).map(Abuse::title).toList();
    if (only != null && !known.containsAll(only)) {
      System.err.println("--only: " + only + " are not all among " + known);
      return 2;
    }
    Network network = new Network(2);
    return FaultRun.of(1, SETTINGS, network, cluster -> attack(cluster, network));
  }

  /** The manager's host is one, the attacker's another: what one costs is not paid by the other. */
  private List<String> attack(LocalCluster cluster, Network network) throws IOException {
    List<String> attackersHost = new ArrayList<>(network.on(ATTACKER));
    boolean apart = BusyCores.count() > 1;
    if (apart) {
      cluster.wrap("m1", List.of("taskset", "-c", "0"));
      network.arrivesOn(ATTACKER, 1);
      attackersHost.addAll(List.of("taskset", "-c", "1"));
    }
    cluster.startManagers(FLAGS);
    cluster.awaitLeader(0, LIMIT);
    List<String> violations = new ArrayList<>();
    String host = network.address(MANAGER);
    try (AbuseTrial trial = new AbuseTrial(Lab.jar(), host, cluster.apiPort("m1"), attackersHost)) {
      if (apart) {
        Shell.run("taskset", "-a", "-p", "-c", "0", Long.toString(ProcessHandle.current().pid()));
      }
      trial.calm(Duration.ofSeconds(seconds)); // warms up
      for (Abuse abuse : Abuse.values()) {
        if (only != null && !only.contains(abuse.title())) continue;
        Seen seen = attack(cluster, trial, abuse);
        for (int tries = 1; seen == Seen.LATE && tries < TRIES; tries++) {
          seen = attack(cluster, trial, abuse);
        }
        if (seen != Seen.HELD) violations.add(abuse.title());
      }
    }
    return violations;
  }

  /** What one attack did. */
  private enum Seen {
    HELD,
    /** Only honest beats were answered later than they may be. */
    LATE,
    FAILED
  }

  private Seen attack(LocalCluster cluster, AbuseTrial trial, Abuse abuse) throws IOException {
    Duration window = Duration.ofSeconds(seconds).dividedBy(WINDOWS);
    trial.attack(abuse, window.multipliedBy(WINDOWS)); // compiled by then
    long manager = cluster.manager("m1").pid();
    Memory before = Memory.of(manager);
    AbuseTrial.Result elsewhere = AbuseTrial.Result.NOTHING;
    AbuseTrial.Result here = AbuseTrial.Result.NOTHING;
    for (int i = 0; i < WINDOWS; i++) {
      elsewhere = elsewhere.plus(trial.attackOther(abuse, window));
      here = here.plus(trial.attack(abuse, window));
    }
    Memory grown = Memory.of(manager).since(before);
    cluster.checkAlive();
    long allowed = abuse.slow() ? 6_000 : 1_000;
    boolean contained =
        here.longestMillis() <= allowed && grown.within(MEMORY_BYTES) && trial.lost() == 0;
    boolean onTime = here.p99Millis() <= 1.1 * elsewhere.p99Millis() + margin;
    Seen verdict = !contained ? Seen.FAILED : onTime ? Seen.HELD : Seen.LATE;
    System.out.printf(
        "%-22s %-4s closed after %5d ms at most (%d connections), honest p99 %6.2f ms, while"
            + " somebody else is attacked %6.2f, memory %+d MB, heap %+d MB%n",
        abuse.title(),
        verdict == Seen.HELD ? "held" : "FAIL",
        here.longestMillis(),
        here.connections(),
        here.p99Millis(),
        elsewhere.p99Millis(),
        grown.residentBytes() >> 20,
        grown.heapBytes() >> 20);
    return verdict;
  }
}
