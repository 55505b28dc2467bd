package dev.swarm.consensus.formation;

import dev.swarm.model.SwarmException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Keeps all others off a data folder; ends with the process at the latest. */
final class FolderLock implements AutoCloseable {
  private final FileChannel file;

  private FolderLock(FileChannel file) {
    this.file = file;
  }

  /** Takes the folder; refuses one that another manager has, of this process or of another. */
  static FolderLock take(Path folder) throws IOException {
    FileChannel file =
        FileChannel.open(
            folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    if (isOurs(file)) return new FolderLock(file);
    file.close();
    throw new SwarmException(
        SwarmException.Kind.CONFLICT,
        "data folder " + folder + " is in use by another manager: stop that one first");
  }

  private static boolean isOurs(FileChannel file) throws IOException {
    try {
      return file.tryLock() != null;
    } catch (OverlappingFileLockException another) {
      return false; // a manager of this process has it
    }
  }

  @Override
  public void close() {
    try {
      file.close();
    } catch (IOException nothingToRelease) {
      // The lock ends with the process at the latest.
    }
  }
}
