package dev.swarm.consensus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.swarm.lab.LiveFiles;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A leader whose snapshots were damaged after they were written, and a follower that wants one. */
class DamagedSnapshotTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /** The leader reads its clock some eight times a look; looks 2 s apart mean a halt. */
  private static final Duration STRIDE = Duration.ofMillis(100);

  private static final int SELDOM = 1_000_000;

  @TempDir Path root;
  private final Vertx vertx = Vertx.vertx();
  private Group group;

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

  private static List<Path> below(Path folder, String part) {
    return LiveFiles.below(folder).stream()
        .filter(file -> file.getFileName().toString().contains(part))
        .toList();
  }

  private void damageSnapshots(String manager) throws IOException {
    for (Path file : below(group.folder(manager), "snapshot.")) {
      if (file.toString().endsWith(".md5")) continue;
      byte[] bytes = Files.readAllBytes(file);
      bytes[bytes.length / 2] ^= 1;
      Files.write(file, bytes);
    }
  }

  @Test
  void givenAFollowerBehindTheLog_thenItsLeaderTakesANewSnapshot_andNothingIsLeftOver()
      throws Exception {
    String away = group.follower();
    group.stop(away);
    for (int i = 0; i < 60; i++) group.commit(Tasks.submit("t" + i, 500));
    String leader = group.leader();
    PlantedState.log(group.verticles.get(leader)).snapshot().get(10, TimeUnit.SECONDS);
    damageSnapshots(leader);
    for (int i = 60; i < 70; i++) group.commit(Tasks.submit("t" + i, 500)); // purges the log
    group.start(away);

    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(10))
        .ignoreExceptions()
        .until(() -> !below(group.folder(away), "corrupt").isEmpty());
    assertThat(Group.tasks(group.state(away), "t")).isLessThan(70);

    group.hurry(leader, STRIDE);
    await().atMost(PATIENCE).until(() -> Group.tasks(group.state(away), "t") == 70);
    assertThat(group.leader()).isEqualTo(leader);
    group.commit(Tasks.submit("t70", 500)); // applied there only once the installation has ended
    await().atMost(PATIENCE).until(() -> Group.tasks(group.state(away), "t") == 71);
    await()
        .atMost(PATIENCE)
        .ignoreExceptions()
        .until(() -> below(group.folder(away), "corrupt").isEmpty());
  }
}
