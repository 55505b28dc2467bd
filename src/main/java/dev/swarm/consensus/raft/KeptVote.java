package dev.swarm.consensus.raft;

import dev.swarm.consensus.storage.SyncedFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.server.storage.RaftStorageMetadata;

/**
 * Ratis' record of the term and of whom we voted for. Ratis renames an empty file over it when the
 * disk is full; what it last wrote for good it still knows, and nobody was told of anything newer.
 */
final class KeptVote {
  private static final String TERM = "term";
  private static final String VOTED_FOR = "votedFor";

  private final RaftStorage storage;
  private final Path file;

  KeptVote(RaftStorage storage) {
    this.storage = storage;
    file = storage.getStorageDir().getRoot().toPath().resolve("current").resolve("raft-meta");
  }

  /**
   * Writes the record anew when it is lost.
   *
   * @return whether it was
   */
  boolean restore() throws IOException {
    if (!Files.exists(file) || Files.size(file) > 0) return false;
    RaftStorageMetadata kept = storage.getMetadataFile().getMetadata();
    Properties record = new Properties();
    record.setProperty(TERM, Long.toString(kept.getTerm()));
    record.setProperty(VOTED_FOR, kept.getVotedFor().toString());
    Path written = file.resolveSibling("raft-meta.restored");
    try {
      SyncedFile.write(
          written,
          out -> {
            out.write('\n');
            record.store(out, null);
          });
      if (Files.size(file) > 0) return false;
      SyncedFile.rename(written, file);
      return true;
    } finally {
      Files.deleteIfExists(written);
    }
  }
}
