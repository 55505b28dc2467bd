package dev.swarm.consensus.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * The log files that may hold entries which never reached the disk. After a failed sync the system
 * shows what was written as if it were there, and a second sync says nothing: so those files are
 * written anew before they are trusted.
 */
public final class OpenLogFiles {
  private static final String OPEN = "log_inprogress_";
  private static final String WRITTEN = ".anew";

  private OpenLogFiles() {}

  /** Writes them anew and on to the disk; for a log that is closed. */
  public static void persist(Path raft) throws IOException {
    try (Stream<Path> files = Files.find(raft, 3, (file, facts) -> facts.isRegularFile())) {
      for (Path file : files.toList()) {
        String name = file.getFileName().toString();
        if (name.startsWith(OPEN) && !name.endsWith(WRITTEN)) rewrite(file);
      }
    }
  }

  private static void rewrite(Path file) throws IOException {
    Path written = file.resolveSibling(file.getFileName() + WRITTEN);
    try {
      SyncedFile.write(written, out -> Files.copy(file, out));
      SyncedFile.rename(written, file);
    } finally {
      Files.deleteIfExists(written);
    }
  }
}
