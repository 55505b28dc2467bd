package dev.swarm.consensus.digests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.swarm.bus.Messages.RoleChanged;
import dev.swarm.bus.SwarmBus;
import dev.swarm.consensus.meters.ConsensusMeters;
import dev.swarm.model.ClusterState;
import dev.swarm.model.TimeSource;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
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
  private volatile String ended;

  @AfterEach
  void stop() throws Exception {
    vertx.close().await(5, TimeUnit.SECONDS);
  }

  private UnreadableReplica check(Set<String> voters) {
    UnreadableReplica replica = new UnreadableReplica(voters);
    StateWatch watch =
        new StateWatch(
            vertx,
            "m1",
            folder,
            new SwarmBus(vertx, "m1"),
            new TimeSource(System::nanoTime, System::currentTimeMillis),
            meters,
            new Owner(replica));
    vertx.runOnContext(now -> watch.tick(new RoleChanged(null, "", 0)));
    return replica;
  }

  @Test
  void givenOthersWithAVote_thenItIsTrustedNoMore() {
    UnreadableReplica replica = check(Set.of("m1", "m2", "m3"));

    await().until(replica::distrusted);
    assertThat(registry.get("swarm.state.trusted").gauge().value()).isZero();
    assertThat(ended).isNull();
  }

  @Test
  void givenNobodyElse_thenItTakesNoPartAnyMore() {
    check(Set.of("m1"));

    await().until(() -> ended != null);
    assertThat(ended).contains("damaged", "cannot be read", "no such record");
  }

  private final class Owner implements StateWatch.Owner {
    private final Replica replica;

    Owner(Replica replica) {
      this.replica = replica;
    }

    @Override
    public Replica log() {
      return replica;
    }

    @Override
    public void look() {}

    @Override
    public void end(String reason) {
      ended = reason;
    }
  }

  private static final class UnreadableReplica implements Replica {
    private final DigestHistory digests = new DigestHistory();
    private final Set<String> voters;
    private volatile boolean distrusted;

    UnreadableReplica(Set<String> voters) {
      this.voters = voters;
    }

    @Override
    public boolean intact() {
      throw new IllegalStateException("no such record");
    }

    @Override
    public ClusterState state() {
      throw new IllegalStateException("no such record");
    }

    @Override
    public void mend(ClusterState right) {
      throw new IllegalStateException("nobody leads");
    }

    @Override
    public DigestHistory digests() {
      return digests;
    }

    @Override
    public long snapshotIndex() {
      return 1;
    }

    @Override
    public boolean distrusted() {
      return distrusted;
    }

    @Override
    public void distrust() {
      distrusted = true;
    }

    @Override
    public boolean leads() {
      return false;
    }

    @Override
    public boolean leadsUntrusted() {
      return false;
    }

    @Override
    public Set<String> voters() {
      return voters;
    }

    @Override
    public List<String> otherPeers() {
      return List.of();
    }

    @Override
    public CompletableFuture<?> handOver(String peer) {
      return CompletableFuture.completedFuture(null);
    }
  }
}
