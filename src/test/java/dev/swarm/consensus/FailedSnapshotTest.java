package dev.swarm.consensus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.swarm.bus.Messages.GuardChanged;
import dev.swarm.bus.Messages.GuardState;
import dev.swarm.bus.Topics;
import dev.swarm.consensus.raft.RatisLog;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where the folder of a leader's snapshots should be there is a file: none can be taken. */
class FailedSnapshotTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final int SELDOM = 1_000_000;

  @TempDir Path root;
  private final Vertx vertx = Vertx.vertx();
  private final List<GuardChanged> told = new CopyOnWriteArrayList<>();
  private Group group;
  private int entries;

  @BeforeEach
  void start() throws IOException {
    group = new Group(vertx, root, 3, SELDOM);
    group.startAll();
  }

  @AfterEach
  void close() {
    group.close();
    Group.get(vertx.close());
  }

  private Path snapshots(String manager) throws IOException {
    try (Stream<Path> groups = Files.list(group.folder(manager).resolve("raft"))) {
      return groups.findAny().orElseThrow().resolve("sm");
    }
  }

  private void takeSnapshot(String manager) {
    RatisLog log = PlantedState.log(group.verticles.get(manager));
    group.commit(Tasks.submit("t" + entries++, 10));
    CompletableFuture<Long> snapshot = log.snapshot();
    await().atMost(PATIENCE).until(snapshot::isDone);
  }

  private void awaitGuard(GuardState state) {
    await()
        .atMost(PATIENCE)
        .until(() -> !told.isEmpty() && told.get(told.size() - 1).state() == state);
  }

  @Test
  void givenALeaderWhoseSnapshotsFail_thenItIsToldAndAnotherLeads_untilOneIsTaken()
      throws IOException {
    String old = group.leader();
    Group.get(group.buses.get(old).subscribe(Topics.GUARD, told::add));
    takeSnapshot(old);
    await().atMost(PATIENCE).until(() -> group.meter(old, "swarm.snapshot.index") > 0);
    Path folder = snapshots(old);
    Path away = Files.move(folder, folder.resolveSibling("away"));
    Files.createFile(folder);

    for (int i = 0; i < 3; i++) takeSnapshot(old);
    awaitGuard(GuardState.IMPAIRED);
    assertThat(told.get(told.size() - 1).reason()).startsWith("3 snapshots failed").contains("sm");
    assertThat(group.meter(old, "swarm.snapshot.failures")).isEqualTo(3);
    assertThat(group.meter(old, "swarm.guard.state")).isEqualTo(GuardState.IMPAIRED.ordinal());
    await().atMost(PATIENCE).until(() -> !group.leader().equals(old));
    assertThat(
            group.meter(old, "swarm.guard.actions", "action", "hand_over", "reason", "no_snapshot"))
        .isEqualTo(1);
    takeSnapshot(old);
    assertThat(group.agreed().tasks()).as("entries go on").hasSize(5);

    Files.delete(folder);
    Files.move(away, folder);
    takeSnapshot(old);
    awaitGuard(GuardState.UP);
    assertThat(group.meter(old, "swarm.snapshot.failures")).isZero();
  }
}
