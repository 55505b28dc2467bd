package dev.swarm.consensus;

import dev.swarm.codec.LogCodec;
import dev.swarm.consensus.formation.DataFolder;
import dev.swarm.consensus.snapshots.Replay;
import dev.swarm.consensus.snapshots.Seed;
import dev.swarm.consensus.storage.SyncedFile;
import dev.swarm.model.ClusterState;
import dev.swarm.model.SwarmException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.random.RandomGenerator;

/**
 * The data folder of a manager that does not run, held until closed. Failures that an operator can
 * act on are SwarmExceptions with one clear line.
 */
public final class OfflineManager implements AutoCloseable {
  private final Path dataDir;
  private final DataFolder folder;

  private OfflineManager(Path dataDir, DataFolder folder) {
    this.dataDir = dataDir;
    this.folder = folder;
  }

  /** Takes the folder; refuses one in use or of another manager or cluster. */
  public static OfflineManager open(Path dataDir, String cluster, String manager) {
    return new OfflineManager(dataDir, DataFolder.open(dataDir, cluster, manager));
  }

  /** Whether it belongs to a member of a group, or holds a log. */
  public boolean hasData() throws IOException {
    return !folder.isBare();
  }

  /**
   * Lets the manager begin anew, in the next formation, from this state. Every manager of that
   * formation must be given the same state. What the folder held is moved into a folder inside it,
   * nothing is deleted; all of it happens, or nothing.
   *
   * @param aside name of the folder that takes what was here
   */
  public void beginAgain(ClusterState state, String aside, RandomGenerator random)
      throws IOException {
    ClusterState next = state.toBeginAgain();
    Path file = dataDir.resolve("seed.tmp");
    SyncedFile.write(file, out -> LogCodec.writeSnapshot(next, out));
    if (Seed.read(file).digest() != next.digest()) {
      throw new IOException("what was written to " + file + " is not what can be read from it");
    }
    folder.foundAnew(file, aside, random);
    folder.settle();
  }

  /**
   * What a member of a group has on its disk, committed or not.
   *
   * @param state after the last entry of the log
   * @param snapshotIndex last entry in the snapshot it was read from; -1 when there was none
   * @param lastIndex last entry of the log
   */
  public record Survivor(ClusterState state, long snapshotIndex, long lastIndex) {}

  /** Reads the newest usable snapshot and the whole log; changes nothing. */
  public Survivor read() throws IOException {
    if (folder.identity() == null) {
      throw new SwarmException(
          SwarmException.Kind.CONFLICT, "data folder " + dataDir + " holds no data of a member");
    }
    Replay replay = new Replay(folder.group());
    replay.run();
    return new Survivor(replay.state(), replay.snapshotIndex(), replay.lastIndex());
  }

  @Override
  public void close() {
    folder.close();
  }
}
