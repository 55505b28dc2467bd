package dev.swarm.consensus.digests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.swarm.bus.EventKind;
import dev.swarm.bus.Messages.Happened;
import dev.swarm.bus.Messages.RoleChanged;
import dev.swarm.bus.SwarmBus;
import dev.swarm.bus.Topics;
import dev.swarm.consensus.meters.ConsensusMeters;
import dev.swarm.model.TimeSource;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Records that cannot even be read when they are checked. */
class DamagedStateTest {
  @TempDir Path folder;
  private final Vertx vertx = Vertx.vertx();
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final ConsensusMeters meters = new ConsensusMeters(registry);
  private QuietOwner owner;

  @AfterEach
  void stop() throws Exception {
    vertx.close().await(5, TimeUnit.SECONDS);
  }

  private final SwarmBus bus = new SwarmBus(vertx, "m1");
  private final List<Happened> told = new CopyOnWriteArrayList<>();

  private UnreadableReplica check(Set<String> voters) {
    UnreadableReplica replica = new UnreadableReplica(voters);
    owner = new QuietOwner(replica);
    StateWatch watch =
        new StateWatch(
            vertx,
            "m1",
            folder,
            bus,
            new TimeSource(System::nanoTime, System::currentTimeMillis),
            meters,
            owner);
    vertx.runOnContext(now -> watch.tick(new RoleChanged(null, "", 0)));
    return replica;
  }

  @Test
  void givenOthersWithAVote_thenItIsTrustedNoMore() throws Exception {
    bus.subscribe(Topics.EVENTS, told::add).await(5, TimeUnit.SECONDS);
    UnreadableReplica replica = check(Set.of("m1", "m2", "m3"));

    await().until(replica::distrusted);
    assertThat(registry.get("swarm.state.trusted").gauge().value()).isZero();
    assertThat(owner.ended).isNull();
    await().until(() -> told.size() == 1);
    assertThat(told.get(0).kind()).isEqualTo(EventKind.STATE_DIFFERS);
    assertThat(told.get(0).subject()).isEqualTo("m1");
    assertThat(told.get(0).message()).contains("cannot be read", "no such record");
  }

  @Test
  void givenNobodyElse_thenItTakesNoPartAnyMore() {
    check(Set.of("m1"));

    await().until(() -> owner.ended != null);
    assertThat(owner.ended).contains("damaged", "cannot be read", "no such record");
  }
}
