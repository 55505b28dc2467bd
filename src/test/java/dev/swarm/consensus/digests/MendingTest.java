package dev.swarm.consensus.digests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.swarm.consensus.meters.ConsensusMeters;
import dev.swarm.model.TimeSource;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A leader with a wrong state gives the lead away. */
class MendingTest {
  private final Vertx vertx = Vertx.vertx();
  private final ConsensusMeters meters = new ConsensusMeters(new SimpleMeterRegistry());
  private final TimeSource time = new TimeSource(System::nanoTime, System::currentTimeMillis);
  private final Mending mending = new Mending(vertx, "m1", time, meters, null, null);

  @AfterEach
  void stop() throws Exception {
    vertx.close().await(5, TimeUnit.SECONDS);
  }

  private void attempt(Replica leader) throws Exception {
    Promise<Void> attempted = Promise.promise();
    vertx.runOnContext(
        now -> {
          try {
            mending.attempt(leader, false);
            attempted.complete();
          } catch (RuntimeException failure) {
            attempted.fail(failure);
          }
        });
    attempted.future().await(5, TimeUnit.SECONDS);
  }

  @Test
  void givenAHandOverUnderWay_thenThereIsNoOther_andAfterItsFailureTheNextIsAsked()
      throws Exception {
    mending.begin();
    WrongLeader leader = new WrongLeader(List.of("m2", "m3"));
    attempt(leader);
    attempt(leader);
    assertThat(leader.asked).containsExactly("m2");

    leader.answer.completeExceptionally(new IllegalStateException("m2 is behind"));

    await()
        .untilAsserted(
            () -> {
              attempt(leader);
              assertThat(leader.asked).containsExactly("m2", "m3");
            });
  }

  @Test
  void givenNobodyElse_thenNobodyIsAsked() throws Exception {
    mending.begin();
    WrongLeader leader = new WrongLeader(List.of());

    attempt(leader);

    assertThat(leader.asked).isEmpty();
  }

  private static final class WrongLeader extends UnreadableReplica {
    private final List<String> others;
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private volatile CompletableFuture<Void> answer;

    WrongLeader(List<String> others) {
      super(Set.of("m1", "m2", "m3"));
      this.others = others;
    }

    @Override
    public boolean leadsUntrusted() {
      return true;
    }

    @Override
    public List<String> otherPeers() {
      return others;
    }

    @Override
    public CompletableFuture<?> handOver(String peer) {
      asked.add(peer);
      answer = new CompletableFuture<>();
      return answer;
    }
  }
}
