package dev.swarm.consensus.snapshots;

import dev.swarm.codec.LogCodec;
import dev.swarm.consensus.storage.DamagedStorageException;
import dev.swarm.consensus.storage.LogExtent;
import dev.swarm.consensus.storage.SyncedFile;
import dev.swarm.model.ClusterState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.ratis.io.MD5Hash;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.storage.FileInfo;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.statemachine.SnapshotRetentionPolicy;
import org.apache.ratis.statemachine.impl.SimpleStateMachineStorage;
import org.apache.ratis.statemachine.impl.SingleFileSnapshotInfo;
import org.apache.ratis.util.MD5FileUtil;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The snapshots of one replica. A snapshot exists when its file has its name: everything else,
 * digest included, is on the disk before.
 */
public final class SnapshotFiles extends SimpleStateMachineStorage {
  /** Snapshots kept; the log reaches back to the oldest of them. */
  public static final int KEPT = 3;

  /** Disk space left free. */
  static final long SPARE_BYTES = 64L << 20;

  private static final Logger log = LoggerFactory.getLogger(SnapshotFiles.class);

  private RaftStorage storage;
  private Path folder;

  /** Finds the folder and removes what was not finished. {@link #load} comes next. */
  @Override
  public void init(RaftStorage opened) throws IOException {
    storage = opened;
    folder = opened.getStorageDir().getStateMachineDir().toPath();
    for (Path left : list()) if (left.toString().endsWith(".tmp")) Files.delete(left);
  }

  /**
   * A state read from a snapshot.
   *
   * @param at the last entry in it
   */
  public record Loaded(ClusterState state, TermIndex at) {}

  /**
   * Reads the newest snapshot that is sound. Those found damaged are put aside, if the log holds
   * all that they held beyond the one that is read; else nothing is changed.
   *
   * @param held what this replica has of the log
   * @return what was read; null without a snapshot
   * @throws DamagedStorageException when the log does not make up for what is damaged
   */
  public Loaded load(LogExtent held) throws IOException {
    Map<SnapshotFile, DamagedStorageException> damaged = new LinkedHashMap<>();
    Loaded loaded = null;
    for (SnapshotFile file : newestFirst()) {
      try {
        if (loaded == null) loaded = new Loaded(file.read(), file.at());
        else file.digest();
      } catch (DamagedStorageException found) {
        damaged.put(file, found);
      }
    }
    requireReach(held, loaded, damaged);
    if (!damaged.isEmpty()) putAside(damaged);
    super.init(storage);
    loadLatestSnapshot();
    return loaded;
  }

  /**
   * Entries that a damaged snapshot held were acknowledged. A replica that lost them must not take
   * part in another majority.
   */
  private static void requireReach(
      LogExtent held, Loaded loaded, Map<SnapshotFile, DamagedStorageException> damaged)
      throws DamagedStorageException {
    long from = loaded == null ? -1 : loaded.at().getIndex();
    for (Map.Entry<SnapshotFile, DamagedStorageException> lost : damaged.entrySet()) {
      if (held.covers(from, lost.getKey().at().getIndex())) continue;
      throw new DamagedStorageException(
          lost.getValue().getMessage()
              + "; "
              + (loaded == null ? "no other one is sound" : "the next sound one ends at " + from)
              + ", and the log holds "
              + held,
          lost.getValue());
    }
  }

  /** Only what was found last is kept for whoever wants to look into it. */
  private void putAside(Map<SnapshotFile, DamagedStorageException> damaged) throws IOException {
    for (Path earlier : list()) if (SnapshotFile.isAside(earlier)) Files.delete(earlier);
    for (Map.Entry<SnapshotFile, DamagedStorageException> one : damaged.entrySet()) {
      Path aside = one.getKey().putAside();
      log.warn("{}; put aside as {}", one.getValue().getMessage(), aside.getFileName());
    }
  }

  private List<SnapshotFile> newestFirst() throws IOException {
    return list().stream()
        .filter(file -> SNAPSHOT_REGEX.matcher(file.getFileName().toString()).matches())
        .map(file -> new SnapshotFile(file, getTermIndexFromSnapshotFile(file.toFile())))
        .sorted(Comparator.comparing(SnapshotFile::at).reversed())
        .toList();
  }

  private List<Path> list() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList();
    }
  }

  /** Puts what Ratis moved here on the disk, which it leaves to chance. */
  public void syncInstalled() throws IOException {
    for (Path file : list()) SyncedFile.sync(file);
    SyncedFile.sync(folder);
    SyncedFile.sync(folder.getParent());
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
    } catch (Throwable failed) {
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

  /** What was written will never be published. */
  void discard(Written written) throws IOException {
    Files.deleteIfExists(written.temporary());
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
  public void forgetBefore(long index) throws IOException {
    for (SnapshotFile file : newestFirst()) if (file.at().getIndex() < index) file.delete();
  }

  /** Index of the oldest snapshot kept; the log must reach back to it. */
  long oldestIndex() throws IOException {
    return newestFirst().stream().mapToLong(file -> file.at().getIndex()).min().orElse(-1);
  }

  /** Ratis asks after every attempt; {@link #publish} has done it where there was one. */
  @Override
  public void cleanupOldSnapshots(SnapshotRetentionPolicy policy) {}
}
