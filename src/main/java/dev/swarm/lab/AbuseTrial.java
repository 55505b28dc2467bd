package dev.swarm.lab;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Abuses the worker port of one manager while honest workers beat there. */
final class AbuseTrial implements AutoCloseable {
  private static final int HONEST = 20;
  private static final long BEAT_MILLIS = 110;
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final String host;
  private final int port;
  private final List<HonestWorker> honest = new ArrayList<>();

  /** Workers connect; their period must be 300 ms, so that they may beat every 110 ms. */
  AbuseTrial(String host, int port) throws IOException {
    this.host = host;
    this.port = port;
    for (int i = 0; i < HONEST; i++) {
      honest.add(HonestWorker.join("honest" + i, host, port, BEAT_MILLIS));
    }
  }

  /**
   * What was seen.
   *
   * @param connections that were used up
   * @param longestMillis that one of them lived
   * @param honestP99Millis from a heartbeat to its answer
   */
  record Result(int connections, long longestMillis, double honestP99Millis) {}

  /** The honest workers' p99 when nobody disturbs them. */
  double calm(Duration duration) {
    takeMillis();
    Await.pass(duration);
    return p99(takeMillis());
  }

  /** Attacks with one connection after the other until the time is over; at least with one. */
  Result attack(Abuse abuse, Duration duration) throws IOException {
    takeMillis();
    long end = System.nanoTime() + duration.toNanos();
    long longest = 0;
    int connections = 0;
    do {
      longest = Math.max(longest, one(abuse));
      connections++;
    } while (System.nanoTime() < end);
    Await.until(PATIENCE, "answers to all beats", this::answered);
    return new Result(connections, longest, p99(takeMillis()));
  }

  /** How long the manager put up with one connection. */
  private long one(Abuse abuse) throws IOException {
    try (RawHttp2 attacker = new RawHttp2(host, port)) {
      return lifeMillis(abuse, attacker);
    }
  }

  private static long lifeMillis(Abuse abuse, RawHttp2 attacker) {
    try {
      if (abuse.reads()) attacker.listen((type, flags, stream, payload) -> {});
      abuse.begin(attacker);
      for (int turn = 0; !attacker.closed(); turn++) {
        if (attacker.ageMillis() > PATIENCE.toMillis()) {
          throw new LabException(
              abuse.title() + " was put up with for " + PATIENCE.toSeconds() + " s");
        }
        abuse.again(attacker, turn);
        attacker.flush();
      }
      return attacker.livedMillis();
    } catch (IOException closedWhileWriting) {
      return attacker.ageMillis();
    }
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

  private static double p99(List<Double> millis) {
    List<Double> sorted = millis.stream().sorted().toList();
    return sorted.isEmpty() ? 0 : sorted.get(sorted.size() * 99 / 100);
  }

  @Override
  public void close() {
    honest.forEach(HonestWorker::close);
  }
}
