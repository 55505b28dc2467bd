package dev.swarm.consensus.snapshots;

import dev.swarm.codec.LogCodec;
import dev.swarm.codec.UnreadableException;
import dev.swarm.consensus.storage.DamagedStorageException;
import dev.swarm.consensus.storage.SyncedFile;
import dev.swarm.model.ClusterState;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.ratis.io.MD5Hash;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.util.MD5FileUtil;

/**
 * One snapshot on the disk, with the digest of its bytes in a file beside it.
 *
 * @param at the last entry in it
 */
public record SnapshotFile(Path path, TermIndex at) {
  private static final String ASIDE = "damaged.";
  private static final int BUFFER_BYTES = 64 << 10;

  /** Verifies the digest of its bytes, then that of the state which they give. */
  public ClusterState read() throws IOException {
    if (!digest().equals(MD5FileUtil.computeMd5ForFile(path.toFile()))) {
      throw damaged("its bytes do not give the digest stored beside it", null);
    }
    try (InputStream in = new BufferedInputStream(Files.newInputStream(path), BUFFER_BYTES)) {
      return LogCodec.readSnapshot(in);
    } catch (UnreadableException unreadable) {
      if (!unreadable.isNewer()) throw damaged(unreadable.getMessage(), unreadable);
      throw new IOException("snapshot " + path + ": " + unreadable.getMessage(), unreadable);
    } catch (RuntimeException impossible) {
      throw damaged("its records contradict one another: " + impossible.getMessage(), impossible);
    }
  }

  /** The digest stored beside it. */
  MD5Hash digest() throws IOException {
    try {
      MD5Hash stored = MD5FileUtil.readStoredMd5ForFile(path.toFile());
      if (stored == null) throw damaged("its digest file is missing", null);
      return stored;
    } catch (DamagedStorageException missing) {
      throw missing;
    } catch (IOException failure) {
      boolean disk = failure.getCause() != null;
      if (disk) throw failure;
      throw damaged("its digest file is no digest", failure);
    }
  }

  private DamagedStorageException damaged(String why, Throwable cause) {
    return new DamagedStorageException("snapshot " + path + " cannot be used: " + why, cause);
  }

  /** Gives it a name under which nobody loads it. */
  Path putAside() throws IOException {
    Path aside = renamed(path);
    Path digest = MD5FileUtil.getDigestFileForFile(path.toFile()).toPath();
    if (Files.exists(digest)) SyncedFile.rename(digest, renamed(digest));
    SyncedFile.rename(path, aside);
    return aside;
  }

  void delete() throws IOException {
    Files.delete(path);
    Files.deleteIfExists(MD5FileUtil.getDigestFileForFile(path.toFile()).toPath());
  }

  private static Path renamed(Path file) {
    return file.resolveSibling(ASIDE + file.getFileName());
  }

  /** Whether a file is one that was put aside. */
  static boolean isAside(Path file) {
    return file.getFileName().toString().startsWith(ASIDE);
  }
}
