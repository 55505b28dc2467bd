package dev.swarm.consensus;

import dev.swarm.model.SwarmException;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.stream.Stream;

/**
 * The folder of one manager, held by one process at a time. Knows whose it is: {@code
 * identity.json} is written when the cluster is first formed and never changes.
 */
final class DataFolder implements AutoCloseable {
  /** A log file: with less, the files that an election writes anew may be lost halfway. */
  private static final long LEAST_ROOM_BYTES = RaftSettings.SEGMENT_BYTES;

  private final Path root;
  private final FileChannel lockFile;
  private final Identity identity;

  private DataFolder(Path root, FileChannel lockFile, Identity identity) {
    this.root = root;
    this.lockFile = lockFile;
    this.identity = identity;
  }

  /** Takes the folder; fails with one clear line when it is in use or somebody else's. */
  static DataFolder open(Path root, String cluster, String manager) {
    FileChannel lockFile = null;
    try {
      Files.createDirectories(root.resolve("raft"));
      lockFile = lock(root);
      requireRoom(root);
      Identity identity = identity(root, cluster, manager);
      return new DataFolder(root, lockFile, identity);
    } catch (IOException unusable) {
      release(lockFile);
      throw refused("data folder " + root + " cannot be used: " + describe(unusable));
    } catch (SwarmException refusal) {
      release(lockFile);
      throw refusal;
    }
  }

  private static FileChannel lock(Path root) throws IOException {
    FileChannel file =
        FileChannel.open(root.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    FileLock lock = null;
    try {
      lock = file.tryLock();
    } catch (OverlappingFileLockException ours) {
      // Another manager of this process has it.
    }
    if (lock != null) return file;
    file.close();
    throw refused("data folder " + root + " is in use by another manager: stop that one first");
  }

  private static void requireRoom(Path root) throws IOException {
    long free = Files.getFileStore(root).getUsableSpace();
    if (free >= LEAST_ROOM_BYTES) return;
    throw refused(
        "the disk of data folder "
            + root
            + " is full: "
            + (free >> 10)
            + " KiB are free, a start needs "
            + (LEAST_ROOM_BYTES >> 10)
            + ": make room and start again");
  }

  private static Identity identity(Path root, String cluster, String manager) throws IOException {
    Path file = root.resolve("identity.json");
    if (!Files.exists(file)) return form(root, file, new Identity(cluster, manager, 1));
    Identity found = read(file);
    if (!found.cluster().equals(cluster)) {
      throw refused(
          "data folder "
              + root
              + " belongs to cluster "
              + found.cluster()
              + ", not to "
              + cluster
              + ": give cluster "
              + cluster
              + " a folder of its own");
    }
    if (!found.manager().equals(manager)) {
      throw refused(
          "data folder "
              + root
              + " belongs to manager "
              + found.manager()
              + ", not to "
              + manager
              + ": give each manager a folder of its own");
    }
    return found;
  }

  private static Identity form(Path root, Path file, Identity identity) throws IOException {
    try (Stream<Path> old = Files.list(root.resolve("raft"))) {
      if (old.findAny().isPresent()) {
        throw refused(
            "data folder "
                + root
                + " has a log but no identity.json: restore that file, or move"
                + " the folder away and let the manager join anew");
      }
    }
    JsonObject json =
        new JsonObject()
            .put("cluster", identity.cluster())
            .put("manager", identity.manager())
            .put("member", identity.member());
    Path written = root.resolve("identity.json.tmp");
    byte[] bytes = (json.encodePrettily() + "\n").getBytes(StandardCharsets.UTF_8);
    SyncedFile.write(written, out -> out.write(bytes));
    SyncedFile.rename(written, file);
    return identity;
  }

  private static Identity read(Path file) throws IOException {
    try {
      JsonObject json = new JsonObject(Files.readString(file));
      return new Identity(
          json.getString("cluster"), json.getString("manager"), json.getLong("member"));
    } catch (DecodeException | ClassCastException | NullPointerException unreadable) {
      throw refused(file + " is not readable: restore it from a backup of this manager");
    }
  }

  private static String describe(IOException problem) {
    return problem.getClass().getSimpleName() + ": " + problem.getMessage();
  }

  private static void release(FileChannel lockFile) {
    if (lockFile == null) return;
    try {
      lockFile.close();
    } catch (IOException nothingToRelease) {
      // The lock ends with the process at the latest.
    }
  }

  private static SwarmException refused(String message) {
    return new SwarmException(SwarmException.Kind.CONFLICT, message);
  }

  /** Whose folder it is. */
  Identity identity() {
    return identity;
  }

  /** Where Ratis keeps its files. */
  Path raft() {
    return root.resolve("raft");
  }

  @Override
  public void close() {
    release(lockFile);
  }
}
