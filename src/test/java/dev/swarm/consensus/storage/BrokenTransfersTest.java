package dev.swarm.consensus.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BrokenTransfersTest {
  private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");

  @TempDir Path raft;

  /** Of a transfer that wrote this file last, so long ago; its folder is older. */
  private Path transfer(String id, String file, Duration ago) throws IOException {
    Path folder = Files.createDirectories(raft.resolve("group/tmp/snapshot-" + id));
    Path part = Files.createFile(folder.resolve(file));
    Files.setLastModifiedTime(part, FileTime.from(NOW.minus(ago)));
    Files.setLastModifiedTime(folder, FileTime.from(NOW.minus(Duration.ofHours(1))));
    return folder;
  }

  @Test
  void givenTransfers_whenRemoved_thenThoseThatFailedOrAreSilentForTenMinutesAreGone()
      throws IOException {
    Path failed = transfer("a", "snapshot.1_9.corrupt20260101-120000", Duration.ZERO);
    Path brokenOff = transfer("b", "snapshot.1_9", Duration.ofMinutes(11));
    Path underWay = transfer("c", "snapshot.1_9", Duration.ofMinutes(9));
    Path other = Files.createDirectories(raft.resolve("group/tmp/other"));
    Files.setLastModifiedTime(other, FileTime.from(Instant.EPOCH));

    BrokenTransfers.remove(raft, NOW);

    assertThat(failed).doesNotExist();
    assertThat(brokenOff).doesNotExist();
    assertThat(underWay).isNotEmptyDirectory();
    assertThat(other).exists();
  }

  @Test
  void givenNoTransferYet_thenThereIsNothingToRemove() throws IOException {
    BrokenTransfers.remove(raft.resolve("missing"), NOW);
    Files.createDirectories(raft.resolve("group/current"));
    BrokenTransfers.remove(raft, NOW);
    assertThat(raft.resolve("group/current")).exists();
  }
}
