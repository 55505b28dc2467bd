package dev.swarm.consensus.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.thirdparty.com.google.protobuf.InvalidProtocolBufferException;

/**
 * Who the members are. Where the log no longer tells, Ratis would go on with those of the first
 * formation, so a majority of others would count.
 */
public record MembersFile(Path path) {
  /** That of the group whose folder this is. */
  public static MembersFile of(Path group) {
    return new MembersFile(group.resolve("current").resolve("raft-meta.conf"));
  }

  /** How many members have a vote; 0 when it is not there or does not tell. */
  public int count() {
    try {
      return Files.exists(path) ? read().getConfigurationEntry().getPeersCount() : 0;
    } catch (IOException unreadable) {
      return 0;
    }
  }

  private LogEntryProto read() throws IOException {
    return LogEntryProto.parseFrom(Files.readAllBytes(path));
  }

  void require() throws IOException {
    if (!Files.exists(path)) throw damaged("is missing");
    try {
      LogEntryProto entry = read();
      if (entry.getConfigurationEntry().getPeersCount() == 0) throw damaged("names no member");
    } catch (InvalidProtocolBufferException unreadable) {
      throw damaged("cannot be read");
    }
  }

  private DamagedStorageException damaged(String how) {
    return new DamagedStorageException(
        path + " " + how + ": without it this manager does not know who the others are");
  }
}
