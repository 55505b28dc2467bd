package dev.swarm.consensus.snapshots;

import static org.apache.ratis.statemachine.impl.SimpleStateMachineStorage.getTermIndexFromSnapshotFile;

import dev.swarm.codec.LogCodec;
import dev.swarm.consensus.storage.DamagedStorageException;
import dev.swarm.consensus.storage.LogExtent;
import dev.swarm.consensus.storage.LogFiles;
import dev.swarm.model.ClusterState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.statemachine.impl.SimpleStateMachineStorage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the state of a replica from its files alone: the newest snapshot that can be used, and
 * every entry of the log behind it, whether a majority had it or not. Fails with what is damaged.
 */
public final class Replay {
  private static final Logger log = LoggerFactory.getLogger(Replay.class);

  private static final Pattern NAME = SimpleStateMachineStorage.SNAPSHOT_REGEX;

  private final Path group;
  private ClusterState state = ClusterState.EMPTY;
  private long snapshotIndex = -1;
  private long lastIndex = -1;

  /** Of the files in that folder of one group, which nobody has open. */
  public Replay(Path group) {
    this.group = group;
  }

  /** Reads and applies; to be called once. */
  public void run() throws IOException {
    for (SnapshotFile snapshot : snapshots()) if (load(snapshot)) break;
    LogExtent extent = LogFiles.in(group.resolve("current")).read(snapshotIndex + 1, this::apply);
    lastIndex = Math.max(snapshotIndex, extent.last());
  }

  private List<SnapshotFile> snapshots() throws IOException {
    Path folder = group.resolve("sm");
    if (!Files.isDirectory(folder)) return List.of();
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> NAME.matcher(file.getFileName().toString()).matches())
          .map(file -> new SnapshotFile(file, getTermIndexFromSnapshotFile(file.toFile())))
          .sorted(Comparator.comparing(SnapshotFile::at).reversed())
          .toList();
    }
  }

  private boolean load(SnapshotFile snapshot) throws IOException {
    try {
      state = snapshot.read();
      snapshotIndex = snapshot.at().getIndex();
      return true;
    } catch (DamagedStorageException damaged) {
      log.warn(damaged.getMessage());
      return false;
    }
  }

  private void apply(LogEntryProto entry) {
    if (!entry.hasStateMachineLogEntry() || entry.getIndex() <= state.index()) return;
    byte[] bytes = entry.getStateMachineLogEntry().getLogData().toByteArray();
    LogCodec.Entry read = LogCodec.decodeEntry(bytes);
    state = state.apply(entry.getIndex(), read.commands(), read.atMillis(), read.rules()).state();
  }

  /** The state after the last entry. */
  public ClusterState state() {
    return state;
  }

  /** The last entry in the snapshot that was read; -1 for none. */
  public long snapshotIndex() {
    return snapshotIndex;
  }

  /** The last entry of all. */
  public long lastIndex() {
    return lastIndex;
  }
}
