package dev.swarm.lab;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Abuses the worker port of one manager while honest workers beat there. */
final class AbuseTrial implements AutoCloseable {
  private static final int HONEST = 40;
  private static final long BEAT_MILLIS = 110;

  /** So many workers that none opens more sessions than it may. */
  private static final int BRIEF = 100;

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final String host;
  private final int port;
  private final Process attacker;
  private final BufferedReader answers;
  private final int victimPort;
  private final List<HonestWorker> honest = new ArrayList<>();

  /**
   * Workers connect; their period must be 300 ms, so that they may beat every 110 ms.
   *
   * @param before put before the attacker's command; where it runs
   */
  AbuseTrial(Path jar, String host, int port, List<String> before) throws IOException {
    this.host = host;
    this.port = port;
    attacker = attacker(jar, before);
    answers =
        new BufferedReader(
            new InputStreamReader(attacker.getInputStream(), StandardCharsets.US_ASCII));
    victimPort = Integer.parseInt(answer());
    for (int i = 0; i < HONEST; i++) {
      honest.add(HonestWorker.join("honest" + i, host, port, BEAT_MILLIS));
    }
  }

  private static Process attacker(Path jar, List<String> before) throws IOException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    List<String> command = new ArrayList<>(before);
    command.addAll(List.of(java, "-Xmx512m", "-XX:+UseSerialGC"));
    command.addAll(List.of("-cp", jar.toString(), Attacker.class.getName()));
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  private String answer() throws IOException {
    String line = answers.readLine();
    if (line == null) throw new LabException("the attacker ended");
    if (line.startsWith("failed")) throw new LabException(line);
    return line;
  }

  /**
   * What was seen.
   *
   * @param connections that were used up
   * @param longestMillis that one of them lived
   * @param honestMillis from a heartbeat to its answer, each
   */
  record Result(long connections, long longestMillis, List<Double> honestMillis) {
    static final Result NOTHING = new Result(0, 0, List.of());

    /** Both together. */
    Result plus(Result other) {
      return new Result(
          connections + other.connections,
          Math.max(longestMillis, other.longestMillis),
          Stream.concat(honestMillis.stream(), other.honestMillis.stream()).toList());
    }

    /** Of the honest answers. */
    double p99Millis() {
      List<Double> sorted = honestMillis.stream().sorted().toList();
      return sorted.isEmpty() ? 0 : sorted.get(sorted.size() * 99 / 100);
    }
  }

  /**
   * Opens and ends so many sessions, one after the other: each is a log entry of its own, whose way
   * is thereby compiled.
   */
  void sessions(int count) throws IOException {
    for (int i = 0; i < count; i++) {
      HonestWorker.join("brief" + i % BRIEF, host, port, BEAT_MILLIS).close();
    }
  }

  /** Lets the honest workers beat undisturbed. */
  void calm(Duration duration) {
    Await.pass(duration);
    takeMillis();
  }

  /** Attacks with one connection after the other until the time is over; at least with one. */
  Result attack(Abuse abuse, Duration duration) throws IOException {
    return attack(abuse, host, port, duration, 1);
  }

  /** The same with so many at a time. */
  Result attack(Abuse abuse, Duration duration, int atATime) throws IOException {
    return attack(abuse, host, port, duration, atATime);
  }

  /** The same against somebody else on this machine: what it costs without any fault of ours. */
  Result attackOther(Abuse abuse, Duration duration) throws IOException {
    return attack(abuse, "127.0.0.1", victimPort, duration, 1);
  }

  private Result attack(
      Abuse abuse, String attacked, int attackedPort, Duration duration, int atATime)
      throws IOException {
    takeMillis();
    String order =
        String.join(
                " ",
                abuse.name(),
                attacked,
                Integer.toString(attackedPort),
                Long.toString(duration.toMillis()),
                Integer.toString(atATime))
            + "\n";
    attacker.getOutputStream().write(order.getBytes(StandardCharsets.US_ASCII));
    attacker.getOutputStream().flush();
    String[] seen = answer().split(" ");
    Await.pass(Duration.ofMillis(2 * BEAT_MILLIS)); // what the last end held up is of this window
    Await.until(PATIENCE, "answers to all beats", this::answered);
    return new Result(Long.parseLong(seen[0]), Long.parseLong(seen[1]), takeMillis());
  }

  private boolean answered() {
    return honest.stream().allMatch(worker -> worker.lost() || worker.unanswered() <= 2);
  }

  /** Honest workers that lost their connection. */
  long lost() {
    return honest.stream().filter(HonestWorker::lost).count();
  }

  private List<Double> takeMillis() {
    List<Double> all = new ArrayList<>();
    for (HonestWorker worker : honest) all.addAll(worker.takeMillis());
    return all;
  }

  @Override
  public void close() {
    honest.forEach(HonestWorker::close);
    attacker.destroy();
  }
}
