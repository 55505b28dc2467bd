package dev.swarm.consensus;

import dev.swarm.codec.LogCodec;
import dev.swarm.model.ClusterState;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.ratis.statemachine.impl.SimpleStateMachineStorage;
import org.apache.ratis.util.MD5FileUtil;

/** Lets a new group begin from a state: it finds it as a snapshot, at term 0, before its log. */
final class Seed {
  private static final long TERM = 0;

  private Seed() {}

  /** Puts the folder's seed where Ratis looks, unless the group has begun already. */
  static void place(DataFolder folder) throws IOException {
    Path seed = folder.seed();
    if (seed == null || Files.exists(folder.votes())) return;
    Path snapshots = folder.group().resolve("sm");
    Files.createDirectories(snapshots);
    long index = read(seed).index();
    Path file = snapshots.resolve(SimpleStateMachineStorage.getSnapshotFileName(TERM, index));
    Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
    SyncedFile.write(temporary, out -> Files.copy(seed, out));
    MD5FileUtil.saveMD5File(file.toFile(), MD5FileUtil.computeMd5ForFile(temporary.toFile()));
    SyncedFile.rename(temporary, file);
  }

  private static ClusterState read(Path file) throws IOException {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 64 << 10)) {
      return LogCodec.readSnapshot(in);
    }
  }
}
