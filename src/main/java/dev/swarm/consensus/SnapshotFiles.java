package dev.swarm.consensus;

import dev.swarm.codec.LogCodec;
import dev.swarm.codec.UnreadableException;
import dev.swarm.model.ClusterState;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.Comparator;
import java.util.stream.Stream;
import org.apache.ratis.io.MD5Hash;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.storage.FileInfo;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.statemachine.SnapshotRetentionPolicy;
import org.apache.ratis.statemachine.impl.SimpleStateMachineStorage;
import org.apache.ratis.statemachine.impl.SingleFileSnapshotInfo;
import org.apache.ratis.util.MD5FileUtil;

/**
 * The snapshots of one replica. A snapshot exists when its file has its name: everything else,
 * digest included, is on the disk before.
 */
final class SnapshotFiles extends SimpleStateMachineStorage {
  /** Snapshots kept; the log reaches back to the oldest of them. */
  static final int KEPT = 3;

  /** Disk space left free. */
  static final long SPARE_BYTES = 64L << 20;

  private Path folder;

  @Override
  public void init(RaftStorage storage) throws IOException {
    super.init(storage);
    folder = storage.getStorageDir().getStateMachineDir().toPath();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path left : files.filter(file -> file.toString().endsWith(".tmp")).toList()) {
        Files.delete(left);
      }
    }
  }

  /** Reads a snapshot and verifies both its digests. */
  ClusterState read(SingleFileSnapshotInfo snapshot) throws IOException {
    Path file = snapshot.getFile().getPath();
    MD5Hash stored = MD5FileUtil.readStoredMd5ForFile(file.toFile());
    if (stored == null) throw damaged(file, "its digest file is missing", null);
    if (!stored.equals(MD5FileUtil.computeMd5ForFile(file.toFile()))) {
      throw damaged(file, "its bytes do not give the digest stored beside it", null);
    }
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 64 << 10)) {
      return LogCodec.readSnapshot(in);
    } catch (UnreadableException unreadable) {
      throw damaged(file, unreadable.getMessage(), unreadable);
    }
  }

  private static IOException damaged(Path file, String why, Throwable cause) {
    return new IOException(
        "snapshot "
            + file
            + " cannot be used: "
            + why
            + ". Move this manager's data folder away and let it join as a new manager",
        cause);
  }

  /**
   * Writes a state under a temporary name.
   *
   * @return what {@link #publish} wants
   */
  Written write(ClusterState state, TermIndex at) throws IOException {
    requireSpace();
    Path file = getSnapshotFile(at.getTerm(), at.getIndex()).toPath();
    Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
    MessageDigest md5 = MD5FileUtil.newMD5();
    try {
      SyncedFile.write(
          temporary, out -> LogCodec.writeSnapshot(state, new DigestOutputStream(out, md5)));
    } catch (IOException | RuntimeException failed) {
      Files.deleteIfExists(temporary);
      throw failed;
    }
    return new Written(at, temporary, file, MD5Hash.newInstance(md5.digest()));
  }

  /** A snapshot on disk that does not count yet. */
  record Written(TermIndex at, Path temporary, Path file, MD5Hash digest) {}

  /** Makes a written snapshot the newest and forgets those beyond the limit. */
  void publish(Written written) throws IOException {
    MD5FileUtil.saveMD5File(written.file().toFile(), written.digest());
    SyncedFile.rename(written.temporary(), written.file());
    updateLatestSnapshot(
        new SingleFileSnapshotInfo(new FileInfo(written.file(), written.digest()), written.at()));
    super.cleanupOldSnapshots(
        new SnapshotRetentionPolicy() {
          @Override
          public int getNumSnapshotsRetained() {
            return KEPT;
          }
        });
  }

  private void requireSpace() throws IOException {
    SingleFileSnapshotInfo latest = getLatestSnapshot();
    long last = latest == null ? 0 : Files.size(latest.getFile().getPath());
    long usable = Files.getFileStore(folder).getUsableSpace();
    if (usable < 2 * last + SPARE_BYTES) {
      throw new IOException(
          "only " + (usable >> 20) + " MiB are free in " + folder + ": no snapshot is taken");
    }
  }

  /** Removes the snapshots older than this one: what they hold was wrong. */
  void forgetBefore(long index) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.filter(file -> isBefore(file, index)).toList()) {
        Files.delete(file);
        Files.deleteIfExists(file.resolveSibling(file.getFileName() + MD5FileUtil.MD5_SUFFIX));
      }
    }
  }

  private static boolean isBefore(Path file, long index) {
    return SNAPSHOT_REGEX.matcher(file.getFileName().toString()).matches()
        && getTermIndexFromSnapshotFile(file.toFile()).getIndex() < index;
  }

  /** Index of the oldest snapshot kept; the log must reach back to it. */
  long oldestIndex() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> SNAPSHOT_REGEX.matcher(file.getFileName().toString()).matches())
          .map(file -> getTermIndexFromSnapshotFile(file.toFile()).getIndex())
          .min(Comparator.naturalOrder())
          .orElse(-1L);
    }
  }

  /** Ratis asks after every attempt; {@link #publish} has done it where there was one. */
  @Override
  public void cleanupOldSnapshots(SnapshotRetentionPolicy policy) {}
}
