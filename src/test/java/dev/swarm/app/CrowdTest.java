package dev.swarm.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.swarm.model.Worker;
import dev.swarm.model.WorkerId;
import dev.swarm.presence.AdmissionRates;
import dev.swarm.presence.MassLossBrake;
import dev.swarm.presence.PresenceOptions;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Hundreds of real agents that lose their manager at once, and a leader that admits few. */
class CrowdTest {
  private static final int AGENTS = 120;
  private static final int PER_SECOND = 12;

  private final LiveCluster cluster = new LiveCluster();

  @AfterEach
  void close() {
    cluster.close();
  }

  private static Set<String> agents(List<String> told, String end) {
    return told.stream()
        .filter(one -> one.endsWith(end))
        .map(one -> one.substring(0, one.indexOf(' ')))
        .collect(Collectors.toCollection(HashSet::new));
  }

  private double counted(String meter) {
    return cluster.meters.get(meter).counter().count();
  }

  @Test
  void givenACrowdThatLosesItsManager_thenItIsAdmittedAtTheRateAndTheOthersNoticeNothing() {
    TcpProxy lost = cluster.ways.get(0);
    TcpProxy other = cluster.ways.get(1);
    for (int i = 0; i < AGENTS / 2; i++) {
      cluster.agent("here" + i, lost);
      cluster.agent("there" + i, other);
    }
    cluster.awaitUp(AGENTS);
    cluster.presence =
        new PresenceOptions(MassLossBrake.Threshold.OFF, new AdmissionRates(PER_SECOND, 1_000));
    cluster.leaderDies();
    cluster.elect();
    cluster.awaitUp(AGENTS);
    Map<WorkerId, Worker> before = new HashMap<>(cluster.consensus.state().workers());
    cluster.seen.dials.clear();
    cluster.seen.ends.clear();
    cluster.seen.sessions.clear();

    long begun = System.nanoTime();
    lost.cut();
    await()
        .atMost(Duration.ofSeconds(40))
        .until(() -> agents(cluster.seen.sessions, "").size() == AGENTS / 2);
    Duration took = Duration.ofNanos(System.nanoTime() - begun);
    cluster.awaitUp(AGENTS);

    // A second's worth at once, and then one after the other.
    assertThat(took.toMillis())
        .isBetween(1_000L * (AGENTS / 2 - PER_SECOND) / PER_SECOND - 200, 15_000L);
    assertThat(counted("swarm.session.sent.away")).isPositive();
    assertThat(counted("swarm.dispatch.sent.away")).isPositive();
    assertThat(agents(cluster.seen.ends, "OVERLOADED")).isNotEmpty();
    assertThat(cluster.seen.dials.size()).as("dials of the crowd").isLessThan(4 * AGENTS / 2);
    assertThat(cluster.seen.ends).allMatch(end -> end.startsWith("here"));
    before.forEach(
        (id, worker) -> {
          if (id.value().startsWith("here")) return;
          Worker now = cluster.consensus.state().workers().get(id);
          assertThat(now.session()).isEqualTo(worker.session());
          assertThat(now.sinceMillis()).isEqualTo(worker.sinceMillis());
        });
  }
}
