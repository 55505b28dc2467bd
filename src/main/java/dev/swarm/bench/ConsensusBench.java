package dev.swarm.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Commands committed a second, Swarm and bare Ratis in turns, so that what else the machine does
 * falls on both.
 */
@Command(
    name = "consensus",
    mixinStandardHelpOptions = true,
    description =
        "Committed commands a second and their latency, against bare Ratis. Fails when one command"
            + " that is alone takes more than 1.3 times as long, or when less than 3 times as many"
            + " get through where most are under way.")
public final class ConsensusBench implements Callable<Integer> {
  private static final int SERVERS = 3;

  /** What a small command of ours has in the log. */
  private static final int COMMAND_BYTES = 20;

  @Option(
      names = "--in-flight",
      split = ",",
      description = "commands under way at once (default ${DEFAULT-VALUE})")
  List<Integer> inFlight = List.of(1, 16, 256);

  @Option(names = "--rounds", description = "measurements of each (default ${DEFAULT-VALUE})")
  int rounds = 5;

  @Option(names = "--seconds", description = "length of a measurement (default ${DEFAULT-VALUE})")
  int seconds = 3;

  @Option(
      names = "--warm-up",
      description = "seconds of load on each before measuring (default ${DEFAULT-VALUE})")
  int warmUpSeconds = 8;

  @Override
  public Integer call() throws Exception {
    List<Ratio> ratios = new ArrayList<>();
    Path folder = Files.createTempDirectory("swarm-bench-");
    try (SwarmLog swarm = new SwarmLog(folder.resolve("swarm"), ports());
        BareRatis bare =
            new BareRatis(
                folder.resolve("bare"), ports(), COMMAND_BYTES, 2 * Collections.max(inFlight))) {
      AtomicLong numbers = new AtomicLong();
      for (Group group : List.of(swarm, bare)) {
        for (int count : inFlight) {
          Load.run(group, count, nanos(warmUpSeconds) / inFlight.size(), numbers);
        }
      }
      for (int count : inFlight) ratios.add(compare(swarm, bare, count, numbers));
    } finally {
      delete(folder);
    }
    List<String> wrong = Ratio.violations(ratios);
    wrong.forEach(line -> System.out.println("NOT HELD: " + line));
    return wrong.isEmpty() ? 0 : 1;
  }

  private Ratio compare(Group swarm, Group bare, int count, AtomicLong numbers) {
    Map<Group, List<Load.Result>> results = new LinkedHashMap<>();
    for (int round = 0; round < rounds; round++) {
      for (Group group : List.of(swarm, bare)) {
        results
            .computeIfAbsent(group, first -> new ArrayList<>())
            .add(Load.run(group, count, nanos(seconds), numbers));
      }
    }
    results.forEach((group, some) -> print(group, count, some));
    Ratio ratio =
        new Ratio(
            count,
            ratio(results, swarm, bare, Load.Result::perSecond),
            ratio(results, swarm, bare, Load.Result::p50),
            ratio(results, swarm, bare, Load.Result::p99));
    System.out.printf(
        "%3d in flight  ratio: %.2f times the commands, %.2f times the p50, %.2f times the p99%n",
        count, ratio.commands(), ratio.p50(), ratio.p99());
    return ratio;
  }

  private static void print(Group group, int count, List<Load.Result> results) {
    System.out.printf(
        "%3d in flight  %-10s  %s commands/s   p50 %s ms   p99 %s ms%n",
        count,
        group.title(),
        spread(results, Load.Result::perSecond, "%.0f"),
        spread(results, result -> result.p50() / 1e6, "%.2f"),
        spread(results, result -> result.p99() / 1e6, "%.2f"));
  }

  private static double ratio(
      Map<Group, List<Load.Result>> results,
      Group swarm,
      Group bare,
      ToDoubleFunction<Load.Result> figure) {
    return median(results.get(swarm), figure) / median(results.get(bare), figure);
  }

  private static double median(List<Load.Result> results, ToDoubleFunction<Load.Result> figure) {
    double[] sorted = results.stream().mapToDouble(figure).sorted().toArray();
    return sorted[sorted.length / 2];
  }

  private static String spread(
      List<Load.Result> results, ToDoubleFunction<Load.Result> figure, String format) {
    double[] sorted = results.stream().mapToDouble(figure).sorted().toArray();
    return String.format(
        format + " (" + format + ".." + format + ")",
        sorted[sorted.length / 2],
        sorted[0],
        sorted[sorted.length - 1]);
  }

  private static long nanos(int seconds) {
    return TimeUnit.SECONDS.toNanos(seconds);
  }

  private static List<Integer> ports() throws IOException {
    List<ServerSocket> held = new ArrayList<>();
    List<Integer> ports = new ArrayList<>();
    for (int i = 0; i < SERVERS; i++) {
      ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
      held.add(socket);
      ports.add(socket.getLocalPort());
    }
    for (ServerSocket socket : held) socket.close();
    return ports;
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) Files.deleteIfExists(path);
    }
  }
}
