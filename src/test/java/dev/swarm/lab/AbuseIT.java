package dev.swarm.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.time.Duration;
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
    double refused = refused();

    AbuseTrial.Result seen = trial.attack(abuse, Duration.ZERO);

    long allowed = CLOSED_MILLIS + (abuse.slow() ? 500 : 0);
    assertThat(seen.longestMillis()).as("closed after").isLessThanOrEqualTo(allowed);
    assertThat(seen.p99Millis()).as("honest p99").isLessThan(ROBUST_MILLIS);
    assertThat(trial.lost()).as("honest workers lost").isZero();
    Memory now = Memory.of(manager());
    assertThat(now.since(before)).as("one more").matches(AbuseIT::bounded);
    assertThat(now.since(atStart)).as("all so far").matches(AbuseIT::bounded);
    cluster.checkAlive();
    assertThat(refused()).as("counted").isGreaterThan(refused);
  }

  private static boolean bounded(Memory grown) {
    return grown.within(AbuseRun.MEMORY_BYTES);
  }

  private static long manager() {
    return cluster.manager("m1").pid();
  }

  private static double refused() throws IOException {
    return ManagerApi.sum(cluster.api("m1").text("/metrics"), "swarm_edge_refused_total", "");
  }
}
