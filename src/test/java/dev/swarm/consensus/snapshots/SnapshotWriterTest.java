package dev.swarm.consensus.snapshots;

import static org.assertj.core.api.Assertions.assertThat;

import dev.swarm.consensus.guard.Snapshots;
import dev.swarm.consensus.storage.LogExtent;
import dev.swarm.model.ClusterState;
import dev.swarm.model.TimeSource;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.ratis.server.RaftServerConfigKeys.Log.CorruptionPolicy;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.server.storage.StorageImplUtils;
import org.apache.ratis.util.SizeInBytes;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Snapshots for which there is no memory, or that come to no end. */
class SnapshotWriterTest {
  private final Thread test = Thread.currentThread();
  private final AtomicBoolean noMemory = new AtomicBoolean();
  private final Semaphore stuck = new Semaphore(1);
  private final SnapshotFiles files = new SnapshotFiles();
  private final SnapshotWriter writer =
      new SnapshotWriter(
          files, 1_000_000, new TimeSource(this::nanosIfThereIsMemory, System::currentTimeMillis));

  private long nanosIfThereIsMemory() {
    if (Thread.currentThread() != test) {
      stuck.acquireUninterruptibly();
      stuck.release();
    }
    boolean fails = Thread.currentThread() != test && noMemory.getAndSet(false);
    if (fails) throw new OutOfMemoryError("no heap left");
    return System.nanoTime();
  }

  @AfterEach
  void close() {
    writer.close();
  }

  @Test
  void givenNoMemory_whenASnapshotIsDemanded_thenItFails_andTheNextIsTried() {
    for (int index = 1; index <= 2; index++) {
      noMemory.set(true);
      CompletableFuture<Long> demanded = writer.onDemand();

      writer.advance(ClusterState.EMPTY, TermIndex.valueOf(1, index));

      assertThat(demanded)
          .failsWithin(Duration.ofSeconds(2))
          .withThrowableThat()
          .withRootCauseInstanceOf(OutOfMemoryError.class);
      assertThat(writer.health().failures()).isEqualTo(index);
      assertThat(writer.health().underWay()).isFalse();
    }
  }

  @Test
  void givenADiskThatDoesNotAnswer_thenItIsSeenThatASnapshotIsUnderWay() throws Exception {
    writer.advance(ClusterState.EMPTY, TermIndex.valueOf(1, 1));
    assertThat(writer.health().underWay()).isFalse();
    stuck.acquire();
    CompletableFuture<Long> demanded = writer.onDemand();
    writer.advance(ClusterState.EMPTY, TermIndex.valueOf(1, 2));

    assertThat(writer.health().underWay()).isTrue();
    writer.loaded(3);
    assertThat(writer.health()).isEqualTo(Snapshots.at(3).taking(true));
    stuck.release();
    assertThat(demanded).failsWithin(Duration.ofSeconds(2));
    assertThat(writer.health()).isEqualTo(Snapshots.at(3));
  }

  @Test
  void givenASnapshotUnderWay_whenTheStateIsAbandoned_thenItGetsNoNameAndLeavesNoFile(
      @TempDir Path folder) throws Exception {
    try (RaftStorage storage = storage(folder)) {
      files.init(storage);
      files.load(LogExtent.EMPTY);
      Path snapshots = storage.getStorageDir().getStateMachineDir().toPath();
      stuck.acquire();
      CompletableFuture<Long> demanded = writer.onDemand();
      writer.advance(ClusterState.EMPTY, TermIndex.valueOf(1, 1));
      writer.abandon();
      stuck.release();
      assertThat(demanded)
          .failsWithin(Duration.ofSeconds(10))
          .withThrowableThat()
          .withMessageContaining("another state was taken meanwhile");
      assertThat(snapshots).isEmptyDirectory();

      CompletableFuture<Long> next = writer.onDemand();
      writer.advance(ClusterState.EMPTY, TermIndex.valueOf(1, 2));
      assertThat(next).succeedsWithin(Duration.ofSeconds(10)).isEqualTo(2L);
      assertThat(snapshots).isDirectoryContaining("glob:**/snapshot.1_2");
    }
  }

  private static RaftStorage storage(Path folder) throws IOException {
    RaftStorage storage =
        StorageImplUtils.newRaftStorage(
            folder.toFile(),
            SizeInBytes.ZERO,
            RaftStorage.StartupOption.FORMAT,
            CorruptionPolicy.getDefault());
    storage.initialize();
    return storage;
  }
}
