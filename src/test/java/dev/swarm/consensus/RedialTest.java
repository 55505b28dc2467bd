package dev.swarm.consensus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RedialTest {
  /** After that the sixth dial was refused, and the next comes 6 s later by itself. */
  private static final Duration AWAY = Duration.ofMillis(10_500);

  /** Twice the patience without a leader and a few elections; by themselves it would be more. */
  private static final Duration SOON = Duration.ofMillis(5_000);

  @TempDir Path root;

  @Test
  void givenAMemberAwayForLong_whenItComesBackBehindTheOther_thenThatOneLeadsSoon()
      throws IOException {
    Vertx vertx = Vertx.vertx();
    try (Group group = new Group(vertx, root, 2, 1_000)) {
      group.startAll();
      String first = group.leader();
      String second = group.follower();
      CompletableFuture<?> gone = CompletableFuture.runAsync(() -> group.stop(second));
      // The last of these are in the log of one only: the other cannot be elected.
      await().pollInterval(Duration.ofMillis(10)).until(() -> offered(group, first, gone));
      await().pollDelay(AWAY).atMost(AWAY.plusSeconds(10)).until(() -> true);
      group.start(second);
      long startedNanos = System.nanoTime();
      assertThat(group.leader()).isEqualTo(first);
      assertThat(Duration.ofNanos(System.nanoTime() - startedNanos)).isLessThan(SOON);
    } finally {
      Group.get(vertx.close());
    }
  }

  private static boolean offered(Group group, String manager, CompletableFuture<?> until) {
    group.propose(manager, Tasks.submit("t" + System.nanoTime(), 1));
    return until.isDone();
  }
}
