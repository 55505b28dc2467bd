package dev.swarm.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.swarm.edge.Refused;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Every attack on the port of the workers once, against a manager with little memory, while honest
 * workers beat there. {@code scripts/faults abuse} does the same for longer, and measures. The
 * attacker is another host, which needs root.
 */
class AbuseIT {
  private static final String TIME_LIMIT = "500ms";
  private static final long CLOSED_MILLIS = 1_000;

  /**
   * With one attack at a time that ends at once, p99 is a single answer: room for a busy machine.
   */
  private static final double ROBUST_MILLIS = 500;

  private static Network network;
  private static LocalCluster cluster;
  private static AbuseTrial trial;
  private static Memory atStart;

  @BeforeAll
  static void start() throws IOException {
    network = new Network(2);
    cluster = TestCluster.forAbuse(network, "abuse");
    cluster.limits(
        new JsonObject()
            .put("handshake", TIME_LIMIT)
            .put("request", TIME_LIMIT)
            .put("hello", TIME_LIMIT));
    cluster.startManagers(AbuseRun.FLAGS);
    cluster.awaitLeader(0, TestCluster.LIMIT);
    trial = new AbuseTrial(Lab.jar(), network.address(1), cluster.apiPort("m1"), network.on(2));
    trial.calm(Duration.ofSeconds(1));
    atStart = Memory.of(manager());
    assertThat(atStart.heapBytes()).as("read from the JVM").isPositive();
  }

  @AfterAll
  static void stop() {
    if (trial != null) trial.close();
    if (cluster != null) cluster.close();
    if (network != null) network.close();
  }

  @TestFactory
  Stream<DynamicTest> givenAnAttack_thenItsConnectionIsClosed_othersAsBefore_memoryBounded() {
    return Stream.of(Abuse.values())
        .map(abuse -> DynamicTest.dynamicTest(abuse.title(), () -> endure(abuse)));
  }

  private static void endure(Abuse abuse) throws IOException {
    Memory before = Memory.of(manager());
    Map<String, Double> counted = counted();

    AbuseTrial.Result seen = trial.attack(abuse, Duration.ZERO);

    long allowed = CLOSED_MILLIS + (abuse.slow() ? 500 : 0);
    assertThat(seen.longestMillis()).as("closed after").isLessThanOrEqualTo(allowed);
    assertThat(seen.p99Millis()).as("honest p99").isLessThan(ROBUST_MILLIS);
    assertThat(trial.lost()).as("honest workers lost").isZero();
    Memory now = Memory.of(manager());
    assertThat(now.since(before)).as("one more").matches(AbuseIT::bounded);
    assertThat(now.since(atStart)).as("all so far").matches(AbuseIT::bounded);
    cluster.checkAlive();
    Map<String, Double> since = counted();
    since.entrySet().removeIf(entry -> entry.getValue() <= counted.get(entry.getKey()));
    assertThat(since.keySet()).as("counted").containsAnyElementsOf(reasons(abuse));
  }

  /** What it may be refused for: what comes fast enough has too many frames before all else. */
  private static Set<String> reasons(Abuse abuse) {
    return switch (abuse) {
      case SILENCE, PREFACE_BY_THE_BYTE -> Set.of("handshake");
      case HTTP_1 -> Set.of("protocol");
      case NO_REQUEST -> Set.of("request");
      case HELLO_BY_THE_BYTE -> Set.of("hello");
      case COMPRESSED_FLAG, COMPRESSED_IDENTITY, GZIP_BOMB -> Set.of("compression", "frames");
      case HUGE_LENGTH -> Set.of("message_bytes", "frames");
      case HALF_MESSAGES -> Set.of("hello_bytes", "frames");
      case HALF_MESSAGES_OF_A_WORKER, HALF_MESSAGES_OF_A_MANAGER -> Set.of("unfinished");
      case UNREADABLE -> Set.of("malformed", "frames");
      case UNKNOWN_METHODS -> Set.of("method", "frames");
      case LARGE_HEADERS -> Set.of("headers", "frames");
      case NO_HEADERS_TAKEN -> Set.of("settings", "frames");
      case RAPID_RESET_OF_A_WORKER -> Set.of("frames", "broken");
      case BEATS, RESYNCS -> Set.of("messages");
      case EMPTY_CONTINUATIONS,
          RAPID_RESET,
          DATA_AFTER_THE_END,
          EMPTY_CREDIT,
          CREDIT_OVERFLOW,
          PINGS,
          PINGS_OF_A_WORKER,
          PINGS_WITHOUT_READING,
          SETTINGS,
          LARGE_SETTINGS,
          PRIORITIES,
          EMPTY_DATA ->
          Set.of("frames");
    };
  }

  private static boolean bounded(Memory grown) {
    return grown.within(AbuseRun.MEMORY_BYTES);
  }

  private static long manager() {
    return cluster.manager("m1").pid();
  }

  /** By reason, of the port of the workers. */
  private static Map<String, Double> counted() throws IOException {
    String metrics = cluster.api("m1").text("/metrics");
    Map<String, Double> counted = new HashMap<>();
    for (Refused reason : Refused.values()) {
      String name = reason.name().toLowerCase(Locale.ROOT);
      String tags = "port=\"api\",reason=\"" + name + "\"";
      counted.put(name, ManagerApi.sum(metrics, "swarm_edge_refused_total", tags));
    }
    return counted;
  }
}
