package dev.swarm.consensus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.swarm.bus.Messages.GuardChanged;
import dev.swarm.bus.Messages.GuardState;
import dev.swarm.bus.Topics;
import dev.swarm.consensus.guard.Trouble;
import dev.swarm.consensus.guard.Verdict;
import dev.swarm.consensus.raft.RatisLog;
import io.micrometer.core.instrument.Counter;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** One of three managers commits and votes but does not apply what is committed. */
class HeldApplyTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int SELDOM = 1_000_000;

  /** Three managers, for one test that waits for seconds beside others. */
  private static final class Three implements AutoCloseable {
    final Vertx vertx = Vertx.vertx();
    final List<GuardChanged> told = new CopyOnWriteArrayList<>();
    final Group group;

    Three(Path root) throws IOException {
      group = new Group(vertx, root, 3, SELDOM);
      group.buses.values().forEach(bus -> Group.get(bus.subscribe(Topics.GUARD, told::add)));
      group.startAll();
      group.commit(Tasks.submit("before", 10));
    }

    HeldApply hold(String manager) throws InterruptedException {
      return new HeldApply(group.verticles.get(manager));
    }

    double actions(String manager, Verdict.Action action, Trouble trouble) {
      Counter counter =
          group
              .meters
              .get(manager)
              .find("swarm.guard.actions")
              .tag("action", action.name().toLowerCase(Locale.ROOT))
              .tag("reason", trouble.label())
              .counter();
      return counter == null ? 0 : counter.count();
    }

    @Override
    public void close() {
      group.close();
      Group.get(vertx.close());
    }
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void givenALeaderThatAppliesNothing_whenEntriesAreCommitted_thenAnotherLeads(@TempDir Path root)
      throws Exception {
    try (Three three = new Three(root)) {
      Group group = three.group;
      String old = group.leader();
      HeldApply held = three.hold(old);
      try {
        group.propose(old, Tasks.submit("held", 10));
        await().atMost(PATIENCE).until(() -> !group.leader().equals(old));
        assertThat(three.actions(old, Verdict.Action.HAND_OVER, Trouble.APPLY_STUCK)).isEqualTo(1);
        group.commit(Tasks.submit("after", 10));
        assertThat(group.state(old).tasks()).as("what is held back").hasSize(1);
      } finally {
        held.end();
      }
      assertThat(group.agreed().tasks()).hasSize(3);
      assertThat(three.told).noneMatch(news -> news.state() == GuardState.DOWN);
    }
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void givenAFollowerThatAppliesNothing_whenElected_thenItCeasesToLeadBeforeItEverDid(
      @TempDir Path root) throws Exception {
    try (Three three = new Three(root)) {
      Group group = three.group;
      String chosen = group.follower();
      HeldApply held = three.hold(chosen);
      try {
        group.commit(Tasks.submit("held", 10));
        RatisLog leader = PlantedState.log(group.verticles.get(group.leader()));
        leader.handOver(chosen + "-1");
        await()
            .atMost(PATIENCE)
            .until(() -> three.actions(chosen, Verdict.Action.STEP_DOWN, Trouble.NOT_READY) == 1);
        assertThat(group.roles.get(chosen))
            .as("it never said that it leads")
            .noneMatch(news -> news.leader().equals(chosen));
      } finally {
        held.end();
      }
      group.commit(Tasks.submit("after", 10));
      assertThat(group.agreed().tasks()).hasSize(3);
    }
  }
}
