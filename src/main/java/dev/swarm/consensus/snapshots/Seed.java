package dev.swarm.consensus.snapshots;

import dev.swarm.codec.LogCodec;
import dev.swarm.consensus.formation.DataFolder;
import dev.swarm.consensus.storage.SyncedFile;
import dev.swarm.model.ClusterState;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.proto.RaftProtos.RaftConfigurationProto;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.statemachine.impl.SimpleStateMachineStorage;
import org.apache.ratis.util.MD5FileUtil;

/**
 * Lets a new group begin from a state: its members find what Ratis would have left had it purged a
 * log that ended there in its first term. The file with the vote comes last and makes it count.
 */
public final class Seed {
  /** Ratis takes a voter whose last entry is of term 0 for an empty one and does not count it. */
  private static final long TERM = 1;

  private static final String NO_VOTE = "term=" + TERM + "\nvotedFor=\n";

  private Seed() {}

  /** Fills the group's folder from the manager's seed, unless the group has begun already. */
  public static void place(DataFolder folder, Collection<RaftPeer> members) throws IOException {
    Path seed = folder.seed();
    if (seed == null || Files.exists(folder.votes())) return;
    long index = read(seed).index();
    Path current = Files.createDirectories(folder.group().resolve("current"));
    Path snapshots = Files.createDirectories(folder.group().resolve("sm"));
    Path file = snapshots.resolve(SimpleStateMachineStorage.getSnapshotFileName(TERM, index));
    write(file, seed);
    write(current.resolve("raft-meta.conf"), membership(members, index));
    SyncedFile.sync(folder.raft());
    SyncedFile.sync(folder.group());
    write(folder.votes(), NO_VOTE.getBytes(StandardCharsets.UTF_8));
  }

  /** Reads a state that is given as a file. */
  public static ClusterState read(Path file) throws IOException {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 64 << 10)) {
      return LogCodec.readSnapshot(in);
    }
  }

  private static void write(Path snapshot, Path seed) throws IOException {
    Path temporary = snapshot.resolveSibling(snapshot.getFileName() + ".tmp");
    SyncedFile.write(temporary, out -> Files.copy(seed, out));
    MD5FileUtil.saveMD5File(snapshot.toFile(), MD5FileUtil.computeMd5ForFile(temporary.toFile()));
    SyncedFile.rename(temporary, snapshot);
  }

  private static byte[] membership(Collection<RaftPeer> members, long index) {
    RaftConfigurationProto.Builder all = RaftConfigurationProto.newBuilder();
    members.forEach(member -> all.addPeers(member.getRaftPeerProto()));
    return LogEntryProto.newBuilder()
        .setTerm(TERM)
        .setIndex(index)
        .setConfigurationEntry(all)
        .build()
        .toByteArray();
  }

  private static void write(Path file, byte[] bytes) throws IOException {
    Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
    SyncedFile.write(temporary, out -> out.write(bytes));
    SyncedFile.rename(temporary, file);
  }
}
