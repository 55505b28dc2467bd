package dev.swarm.consensus.storage;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;

/**
 * In which term this member stands and for whom it voted. Without it the member could vote a second
 * time in the same term, so it is never made anew.
 */
record VoteFile(Path path) {
  void require() throws IOException {
    if (!Files.exists(path)) throw damaged("is missing");
    Properties content = new Properties();
    try (Reader in = Files.newBufferedReader(path)) {
      content.load(in);
    } catch (IllegalArgumentException | java.nio.charset.CharacterCodingException unreadable) {
      throw damaged("cannot be read");
    }
    if (content.isEmpty()) throw damaged("is empty");
    if (!content.getProperty("term", "").matches("\\d{1,18}")) throw damaged("names no term");
    if (content.getProperty("votedFor") == null) throw damaged("names no vote");
  }

  private DamagedStorageException damaged(String how) {
    return new DamagedStorageException(
        path + " " + how + ": without it this manager could vote twice in one election");
  }
}
