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
          "-Xms320m",
          "-Xmx320m",
          "-XX:+AlwaysPreTouch",
          "-XX:MaxDirectMemorySize=96m",
          "-XX:TieredStopAtLevel=1");

  /** How much more a manager may hold after an attack, resident and of its heap. */
  static final long MEMORY_BYTES = 64L << 20;

  /** So many times as late as while somebody else is attacked an honest answer may be, at p99. */
  private static final double MOST_TIMES = 1.1;

  /** Fewer say nothing; what only a time limit sees takes longer. */
  private static final int LEAST_PAIRS = 6;

  private static final String HELD = "held";

  /** One attack on us and one on somebody else, each of them so long, are a pair. */
  private static final Duration WINDOW = Duration.ofSeconds(2);

  /** Before each way some hundreds of connections, so that its code is compiled when it counts. */
  private static final Duration WARM = Duration.ofSeconds(10);

  private static final int WARM_AT_A_TIME = 30;

  /** Longer than a TTL: sessions that ended before are over for the log as well. */
  private static final Duration SETTLED = Duration.ofSeconds(7);

  /** One after the other: those asked for together share entries, whose way would stay cold. */
  private static final int WARM_SESSIONS = 600;

  private static final int MANAGER = 1;
  private static final int ATTACKER = 2;
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @Option(
      names = "--seconds",
      description =
          "for each way, and as long elsewhere; less when it is clear before whether honest"
              + " beats are late; 40 honest workers beat eight times a second (default"
              + " ${DEFAULT-VALUE})")
  int seconds = 60;

  @Option(names = "--only", description = "these ways")
  List<String> only;

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
      trial.calm(WARM);
      trial.sessions(WARM_SESSIONS);
      for (Abuse abuse : Abuse.values()) {
        if (only != null && !only.contains(abuse.title())) continue;
        String verdict = verdict(cluster, trial, abuse);
        if (!verdict.equals(HELD)) violations.add(abuse.title() + ": " + verdict);
      }
    }
    return violations;
  }

  /** An attack of some time, and what the manager did meanwhile. */
  private record Window(AbuseTrial.Result result, long nanos, long cpuMillis) {}

  private interface Attack {
    AbuseTrial.Result run() throws IOException;
  }

  private static Window window(long manager, Attack attack) throws IOException {
    long begunNanos = System.nanoTime();
    long begunMillis = Kernel.cpuMillis(manager);
    AbuseTrial.Result result = attack.run();
    long millis = Kernel.cpuMillis(manager) - begunMillis;
    return new Window(result, System.nanoTime() - begunNanos, millis);
  }

  private String verdict(LocalCluster cluster, AbuseTrial trial, Abuse abuse) throws IOException {
    trial.attack(abuse, WARM, WARM_AT_A_TIME);
    trial.calm(SETTLED);
    long manager = cluster.manager("m1").pid();
    Memory before = Memory.of(manager);
    AbuseTrial.Result elsewhere = AbuseTrial.Result.NOTHING;
    AbuseTrial.Result here = AbuseTrial.Result.NOTHING;
    PairedRatio late = new PairedRatio();
    long cpuMillis = 0;
    boolean goesOn;
    long end = System.nanoTime() + 2 * Duration.ofSeconds(seconds).toNanos();
    do {
      boolean othersFirst = late.pairs() % 2 == 0; // what changes meanwhile favours neither
      Window other = othersFirst ? window(manager, () -> trial.attackOther(abuse, WINDOW)) : null;
      Window ours = window(manager, () -> trial.attack(abuse, WINDOW));
      if (!othersFirst) other = window(manager, () -> trial.attackOther(abuse, WINDOW));
      late.add(ours.result().p99Millis(), other.result().p99Millis());
      elsewhere = elsewhere.plus(other.result());
      here = here.plus(ours.result());
      cpuMillis += ours.cpuMillis() - other.cpuMillis() * ours.nanos() / other.nanos();
      goesOn = late.pairs() < LEAST_PAIRS || System.nanoTime() < end && !late.clear(MOST_TIMES);
    } while (goesOn);
    Memory grown = Memory.of(manager).since(before);
    cluster.checkAlive();
    long allowed = abuse.slow() ? 6_000 : 1_000;
    boolean contained =
        here.longestMillis() <= allowed && grown.within(MEMORY_BYTES) && trial.lost() == 0;
    boolean onTime =
        late.median() <= MOST_TIMES && here.p99Millis() <= MOST_TIMES * elsewhere.p99Millis();
    String verdict = !contained ? "not contained" : onTime ? HELD : notOnTime(late);
    System.out.printf(
        "%-26s %s; closed after %4d ms at most (%d connections), honest p99 %.2f ms, while somebody"
            + " else is attacked %.2f: %s, %.1f ms of CPU more for each, memory %+d MB, heap %+d MB%n",
        abuse.title(),
        verdict,
        here.longestMillis(),
        here.connections(),
        here.p99Millis(),
        elsewhere.p99Millis(),
        late,
        1.0 * cpuMillis / here.connections(),
        grown.residentBytes() >> 20,
        grown.heapBytes() >> 20);
    return verdict;
  }

  private static String notOnTime(PairedRatio late) {
    return late.low() > MOST_TIMES ? "honest beats are late" : "undecided: give it more seconds";
  }
}
