package dev.swarm.consensus.digests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.swarm.bus.Endpoints;
import dev.swarm.bus.EventKind;
import dev.swarm.bus.Messages.DigestPoint;
import dev.swarm.bus.Messages.Digests;
import dev.swarm.bus.Messages.Happened;
import dev.swarm.bus.SwarmBus;
import dev.swarm.bus.Topics;
import dev.swarm.consensus.meters.ConsensusMeters;
import dev.swarm.model.TimeSource;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two managers that differ: neither is right, and that lasts. */
class UndecidedStateTest {
  private static final Set<String> TWO = Set.of("m1", "m2");

  @TempDir Path folder;
  private final Vertx vertx = Vertx.vertx();
  private final SwarmBus bus = new SwarmBus(vertx, "m1");
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final AtomicLong nanos = new AtomicLong(-5);
  private final List<Happened> told = new CopyOnWriteArrayList<>();
  private final Leader leader = new Leader();

  @BeforeEach
  void start() throws Exception {
    StateWatch watch =
        new StateWatch(
            vertx,
            "m1",
            folder,
            bus,
            new TimeSource(nanos::get, System::currentTimeMillis),
            new ConsensusMeters(registry),
            new QuietOwner(leader));
    get(bus.subscribe(Topics.EVENTS, told::add));
    get(watch.start());
  }

  @AfterEach
  void stop() throws Exception {
    get(vertx.close());
  }

  private static <T> T get(Future<T> future) throws Exception {
    return future.await(5, TimeUnit.SECONDS);
  }

  private void differsAfter(int seconds) throws Exception {
    nanos.addAndGet(TimeUnit.SECONDS.toNanos(seconds));
    get(
        bus.request(
            Endpoints.JUDGE_DIGESTS, new Digests("m2", List.of(new DigestPoint(10, 7)), 0, 3)));
  }

  /** What was told by now. */
  private List<Happened> told() {
    Happened last = new Happened(EventKind.GAP, "", "");
    bus.publish(Topics.EVENTS, last);
    await().until(() -> told.remove(last));
    return told;
  }

  @Test
  void givenNoMajority_whenItLasts_thenItIsToldAtOnceAndOnceAMinute() throws Exception {
    for (int second = 0; second < 60; second++) differsAfter(second == 0 ? 0 : 1);
    assertThat(told()).hasSize(1);
    assertThat(told.get(0).kind()).isEqualTo(EventKind.STATE_DIFFERS);
    assertThat(told.get(0).message()).contains("no majority agrees");

    differsAfter(1);
    differsAfter(1);

    assertThat(told()).hasSize(2);
    assertThat(registry.get("swarm.state.digests").tag("result", "undecided").counter().count())
        .isEqualTo(62);
  }

  private static final class Leader extends UnreadableReplica {
    Leader() {
      super(TWO);
      digests().add(10, 110);
    }

    @Override
    public boolean leads() {
      return true;
    }
  }
}
