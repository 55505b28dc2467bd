package dev.swarm.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A manager runs out of file descriptors: by a flood of connections, and altogether. */
class DescriptorsIT {
  private static final int RESERVE = 120;
  private static final int PLACES = 60;
  private static final Duration FULL = Duration.ofSeconds(2);

  private final List<RawHttp2> flood = new ArrayList<>();
  private LocalCluster cluster;
  private HonestWorker honest;
  private long pid;

  @BeforeEach
  void start() throws IOException {
    cluster = TestCluster.forAbuse("descriptors");
    cluster.limits(
        new JsonObject()
            .put("reservedDescriptors", RESERVE)
            .put("httpConnections", 50)
            .put("handshake", "60s"));
    cluster.startManagers();
    cluster.awaitLeader(0, TestCluster.LIMIT);
    pid = cluster.manager("m1").pid();
    honest = worker("honest");
  }

  @AfterEach
  void stop() {
    flood.forEach(RawHttp2::close);
    honest.close();
    cluster.close();
  }

  private HonestWorker worker(String id) throws IOException {
    return HonestWorker.join(id, "127.0.0.1", cluster.apiPort("m1"), 110);
  }

  private double metric(String name, String tags) throws IOException {
    return ManagerApi.sum(cluster.api("m1").text("/metrics"), name, tags);
  }

  @Test
  void givenMoreConnectionsThanDescriptors_thenTheOthersWorkOnAndNewOnesAreTakenAgainLater()
      throws Exception {
    Kernel.limitDescriptors(pid, Kernel.descriptors(pid) + RESERVE + PLACES);
    Await.until(
        TestCluster.LIMIT,
        "the new limit to be noticed",
        () -> metric("swarm_edge_places", "port=\"api\"") < 3 * PLACES);

    for (int i = 0; i < 4 * PLACES; i++) flood();

    Await.until(
        TestCluster.LIMIT,
        "refusals",
        () -> metric("swarm_edge_refused_total", "reason=\"descriptors\"") > PLACES);
    assertThat(cluster.api("m1").submit(TestCluster.tasks("full", 100)).getInteger("accepted"))
        .isEqualTo(100);
    Await.pass(FULL);
    assertThat(honest.unanswered()).isLessThan(5);
    assertThat(honest.lost()).isFalse();

    flood.forEach(RawHttp2::close);
    Await.until(TestCluster.LIMIT, "a new worker", this::taken);
  }

  private boolean taken() throws IOException {
    try (HonestWorker late = worker("late")) {
      return !late.lost();
    }
  }

  private void flood() {
    try {
      RawHttp2 silent = new RawHttp2("127.0.0.1", cluster.apiPort("m1"));
      silent.listen((type, flags, stream, payload) -> {});
      flood.add(silent);
    } catch (IOException refused) {
      // That is what is wanted.
    }
  }

  @Test
  void givenNoDescriptorAtAll_thenTheManagerWaitsWithoutSpinningAndRecovers() throws Exception {
    Kernel.limitDescriptors(pid, Kernel.descriptors(pid) / 2);
    for (int i = 0; i < PLACES; i++) flood();
    long cpu = Kernel.cpuMillis(pid);
    Await.pass(FULL);

    assertThat(Kernel.cpuMillis(pid) - cpu).as("CPU").isLessThan(FULL.toMillis() / 2);
    assertThat(honest.lost()).isFalse();
    assertThat(honest.unanswered()).isLessThan(5);

    Kernel.limitDescriptors(pid, Kernel.hardLimit(pid));
    Await.until(
        TestCluster.LIMIT,
        "http to answer and tell",
        () -> metric("swarm_edge_refused_total", "reason=\"descriptors\"") > 0);
    Await.until(TestCluster.LIMIT, "a new worker", this::taken);
  }
}
