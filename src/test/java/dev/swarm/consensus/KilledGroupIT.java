package dev.swarm.consensus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * All members of a group are killed at once under load; more often with {@code -Dswarm.kills=N}.
 */
class KilledGroupIT {
  /** With the two of whole managers in RestartAllIT there are ten. */
  private static final int TIMES = Integer.getInteger("swarm.kills", 8);

  private static final int CLIENTS = 4;
  private static final int AT_LEAST = 100;
  private static final int MANY = 1_000_000;

  /** So that snapshots are taken and log files purged while they die. */
  private static final int SNAPSHOT_EVERY = 40;

  private static final int SEGMENT_BYTES = 16 << 10;

  @Test
  void givenLoad_whenAllAreKilledAgainAndAgain_thenWhatWasAcknowledgedIsThereAndNothingElse(
      @TempDir Path root) throws Exception {
    Random random = new Random(1);
    try (Members members = new Members(root, 3, SNAPSHOT_EVERY, SEGMENT_BYTES)) {
      for (int i = 0; i <= TIMES; i++) {
        members.startAll();
        String leader = members.leader();
        Set<String> before = new TreeSet<>(members.acknowledged());
        Set<String> there = members.agreed().tasks();
        assertThat(there).as("after %d kills", i).containsAll(before);
        assertThat(there.size() - before.size()).as("not acknowledged").isBetween(0, i * CLIENTS);
        if (i == TIMES) return;
        for (int c = 0; c < CLIENTS; c++) members.write(leader, "k" + i + "c" + c, MANY, 100);
        await()
            .pollInterval(Duration.ofMillis(5))
            .atMost(Duration.ofSeconds(30))
            .until(() -> members.acknowledged().size() >= before.size() + AT_LEAST);
        LockSupport.parkNanos(random.nextInt(100) * 1_000_000L);
        members.kill(members.ids());
      }
    }
  }
}
