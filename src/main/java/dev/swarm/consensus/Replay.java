package dev.swarm.consensus;

import dev.swarm.codec.LogCodec;
import dev.swarm.codec.UnreadableException;
import dev.swarm.consensus.storage.LogExtent;
import dev.swarm.consensus.storage.LogFiles;
import dev.swarm.model.ClusterState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.statemachine.impl.SimpleStateMachineStorage;
import org.apache.ratis.util.MD5FileUtil;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the state of a replica from its files alone: the newest snapshot that can be used, and
 * every entry of the log behind it, whether a majority had it or not. Fails with what is damaged.
 */
final class Replay {
  private static final Logger log = LoggerFactory.getLogger(Replay.class);

  private final Path group;
  private ClusterState state = ClusterState.EMPTY;
  private long snapshotIndex = -1;
  private long lastIndex = -1;

  /** Of the files in that folder of one group, which nobody has open. */
  Replay(Path group) {
    this.group = group;
  }

  void run() throws IOException {
    for (Path snapshot : snapshots()) if (load(snapshot)) break;
    LogExtent extent = LogFiles.in(group.resolve("current")).read(snapshotIndex + 1, this::apply);
    lastIndex = Math.max(snapshotIndex, extent.last());
  }

  private List<Path> snapshots() throws IOException {
    Path folder = group.resolve("sm");
    if (!Files.isDirectory(folder)) return List.of();
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> name(file).matches(SimpleStateMachineStorage.SNAPSHOT_REGEX.pattern()))
          .sorted(Comparator.comparingLong(Replay::index).reversed())
          .toList();
    }
  }

  private static String name(Path file) {
    return file.getFileName().toString();
  }

  private static long index(Path snapshot) {
    return SimpleStateMachineStorage.getTermIndexFromSnapshotFile(snapshot.toFile()).getIndex();
  }

  private boolean load(Path snapshot) {
    try {
      MD5FileUtil.verifySavedMD5(
          snapshot.toFile(), MD5FileUtil.computeMd5ForFile(snapshot.toFile()));
      state = Seed.read(snapshot);
      snapshotIndex = index(snapshot);
      return true;
    } catch (IOException | UnreadableException unusable) {
      log.warn("{} is left out: {}", snapshot, unusable.getMessage());
      return false;
    }
  }

  private void apply(LogEntryProto entry) {
    if (!entry.hasStateMachineLogEntry() || entry.getIndex() <= state.index()) return;
    byte[] bytes = entry.getStateMachineLogEntry().getLogData().toByteArray();
    state = state.apply(entry.getIndex(), LogCodec.decode(bytes)).state();
  }

  ClusterState state() {
    return state;
  }

  long snapshotIndex() {
    return snapshotIndex;
  }

  long lastIndex() {
    return lastIndex;
  }
}
