package dev.swarm.consensus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.swarm.consensus.gate.ProposalQueue;
import dev.swarm.model.ClusterState;
import dev.swarm.model.Outcome;
import dev.swarm.model.SwarmException;
import dev.swarm.model.TaskId;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.ratis.util.CodeInjectionForTesting;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What the gate does while the log really takes nothing: Ratis' own failpoints hold it up. */
@ExtendWith(VertxExtension.class)
class StalledLogTest {
  private static final String APPEND_RECORD = "LogSegment.append";
  private static final String APPEND_ENTRIES = "RaftServerImpl.appendEntries";
  private static final String REQUEST_VOTE = "RaftServerImpl.requestVote";

  @TempDir Path root;
  private final CountDownLatch release = new CountDownLatch(1);
  private Group group;

  @AfterEach
  void stop() {
    release();
    group.close();
  }

  private void release() {
    List.of(APPEND_RECORD, APPEND_ENTRIES, REQUEST_VOTE).forEach(CodeInjectionForTesting::remove);
    release.countDown();
  }

  private void hold(AtomicInteger held) {
    held.incrementAndGet();
    try {
      release.await();
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void givenADiskThatTakesNothing_whenProposalsGoOn_thenTheyAreBoundedAndEachCountsOnce(Vertx vertx)
      throws IOException {
    group = new Group(vertx, root, 1, 10_000);
    group.startAll();
    group.commit(Tasks.submit("before", 10));
    AtomicInteger appends = new AtomicInteger();
    CodeInjectionForTesting.put(
        APPEND_RECORD,
        (local, remote, args) -> {
          hold(appends);
          return true;
        });

    List<Future<Outcome>> proposed = new ArrayList<>();
    for (int i = 0; i < ProposalQueue.MAX_PENDING; i++) {
      proposed.add(group.propose("m1", Tasks.submit("held" + i, 10)));
    }
    Future<Outcome> tooMany = group.propose("m1", Tasks.submit("refused", 10));
    await().until(tooMany::isComplete);
    assertThat(tooMany.cause())
        .isInstanceOfSatisfying(
            SwarmException.class,
            refusal -> {
              assertThat(refusal.kind()).isEqualTo(SwarmException.Kind.OVERLOADED);
              assertThat(refusal.retryAfterMillis()).isPositive();
            });
    await()
        .pollDelay(Duration.ofNanos(ProposalQueue.ATTEMPT_NANOS).plusMillis(500))
        .until(() -> appends.get() == 1);
    assertThat(proposed).as("nothing is acknowledged").noneMatch(Future::isComplete);
    assertThat(group.state("m1").tasks()).hasSize(1);

    release();
    Group.get(Future.all(proposed));
    ClusterState state = group.state("m1");
    assertThat(state.tasks()).hasSize(1 + ProposalQueue.MAX_PENDING);
    assertThat(proposed.stream().map(Future::result).map(Outcome::refused))
        .as("no attempt but the first took effect")
        .allMatch(List::isEmpty);
    assertThat(appends).as("records, those of commits among them").hasValueLessThan(100);
  }

  @Test
  void givenFollowersThatTakeNothing_whenProposalsGoOn_thenTheLeaderGivesUpAndEachIsAnswered(
      Vertx vertx) throws IOException {
    group = new Group(vertx, root, 3, 10_000);
    group.startAll();
    String leader = group.leader();
    group.commit(Tasks.submit("before", 10));
    AtomicInteger held = new AtomicInteger();
    CodeInjectionForTesting.put(
        APPEND_ENTRIES,
        (local, remote, args) -> {
          hold(held);
          return true;
        });
    CodeInjectionForTesting.put(
        REQUEST_VOTE,
        (local, remote, args) -> {
          throw new IllegalStateException("no votes in this test");
        });

    List<Future<Outcome>> proposed = new ArrayList<>();
    await()
        .pollInSameThread()
        .pollInterval(Duration.ofMillis(10))
        .atMost(Duration.ofSeconds(8))
        .until(
            () -> {
              int n = proposed.size();
              proposed.add(group.propose(leader, Tasks.submit("held" + n, 10)));
              return group
                  .roles
                  .get(leader)
                  .get(group.roles.get(leader).size() - 1)
                  .leader()
                  .isEmpty();
            });
    await().until(() -> proposed.stream().allMatch(Future::isComplete));
    assertThat(proposed)
        .extracting(Future::cause)
        .extracting("kind")
        .containsOnly(SwarmException.Kind.NOT_LEADER);
    List<Integer> begun = new ArrayList<>();
    for (int i = 0; i < proposed.size(); i++) {
      if (proposed.get(i).cause().getMessage().contains("may still take effect")) begun.add(i);
    }
    assertThat(begun).as("begun before the oldest was overdue").isNotEmpty();
    assertThat(begun.size()).isLessThan(proposed.size());

    release();
    group.leader();
    group.commit(Tasks.submit("after", 10));
    ClusterState state = group.agreed();
    for (int i = 0; i < proposed.size(); i++) {
      if (begun.contains(i)) continue;
      assertThat(state.tasks()).doesNotContainKey(new TaskId("held" + i));
    }
  }
}
