package dev.swarm.consensus.raft;

import dev.swarm.consensus.formation.DataFolder;
import dev.swarm.consensus.formation.Identity;
import dev.swarm.consensus.snapshots.Seed;
import dev.swarm.consensus.storage.DamagedStorageException;
import dev.swarm.consensus.storage.MembersFile;
import dev.swarm.consensus.storage.StorageCheck;
import dev.swarm.model.SwarmException;
import dev.swarm.model.TimeSource;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.util.ExitUtils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens a data folder, checks what is in it, and starts a Ratis server on it. What goes wrong is
 * told in one clear line, with what an operator can do.
 */
final class NodeStart {
  private static final Logger log = LoggerFactory.getLogger(NodeStart.class);

  private final RaftOptions options;
  private final int segmentBytes;
  private final DataFolder folder;
  private final ClientId client = ClientId.randomId();
  private final FollowerContacts contacts = new FollowerContacts();
  private final ClusterStateMachine machine;
  private RaftServer server;

  private NodeStart(RaftOptions options, int segmentBytes, LogListener listener, TimeSource time) {
    this.options = options;
    this.segmentBytes = segmentBytes;
    folder = DataFolder.open(options.dataDir(), options.cluster(), options.id());
    machine =
        new ClusterStateMachine(listener, client, options.snapshotEveryEntries(), time, remedy());
  }

  /** Blocks; fails with one clear line, and leaves nothing open then. */
  static RaftNode of(RaftOptions options, int segmentBytes, LogListener listener, TimeSource time) {
    return new NodeStart(options, segmentBytes, listener, time).run();
  }

  private RaftNode run() {
    try {
      keepTheProcess();
      requireFreePort();
      requireFormed();
      RaftGroup group = group(folder.identity());
      Seed.place(folder, group.getPeers());
      String name = group.getGroupId().getUuid().toString();
      StorageCheck.heal(folder.raft().resolve(name)).forEach(log::warn);
      server = server(group);
      server.start();
      folder.begun();
      RaftServer.Division division = server.getDivision(group.getGroupId());
      return new RaftNode(options, folder, contacts, machine, server, division, client);
    } catch (IOException | RuntimeException failure) {
      RaftNode.close(server, folder);
      throw explained(failure);
    }
  }

  /** Left alone, Ratis ends the process when it cannot bind, or when any thread dies. */
  private static void keepTheProcess() {
    Thread.UncaughtExceptionHandler host = Thread.getDefaultUncaughtExceptionHandler();
    ExitUtils.disableSystemExit();
    Thread.setDefaultUncaughtExceptionHandler(host);
  }

  private void requireFreePort() {
    InetSocketAddress address = new InetSocketAddress(options.raftHost(), options.raftPort());
    try (ServerSocket probe = new ServerSocket()) {
      probe.setReuseAddress(true);
      probe.bind(address);
    } catch (IOException taken) {
      throw new SwarmException(
          SwarmException.Kind.CONFLICT,
          "raft port "
              + options.raftHost()
              + ":"
              + options.raftPort()
              + " cannot be used, is it in use? "
              + taken.getMessage());
    }
  }

  private void requireFormed() {
    if (folder.identity() != null) return;
    throw new SwarmException(
        SwarmException.Kind.CONFLICT,
        "data folder " + options.dataDir() + " belongs to no member of a group yet");
  }

  /**
   * The members to begin with, where the log tells of none yet. Only a founder knows them; whoever
   * came later, or has another list now, waits until the leader speaks to it.
   */
  private RaftGroup group(Identity identity) {
    Set<String> listed =
        options.members().stream().map(RaftOptions.Member::id).collect(Collectors.toSet());
    boolean founder =
        identity.isFounder()
            && identity.member() == 1
            && identity.formation().founders().keySet().equals(listed);
    List<RaftPeer> peers =
        founder
            ? options.members().stream()
                .map(one -> Members.peer(one.id(), 1, one.address()))
                .toList()
            : List.of();
    return RaftGroup.valueOf(RaftGroupId.valueOf(identity.formation().id()), peers);
  }

  private RaftServer server(RaftGroup group) throws IOException {
    return RaftServer.newBuilder()
        .setServerId(RaftPeerId.valueOf(folder.identity().peer()))
        .setGroup(group)
        .setStateMachine(machine)
        .setProperties(RaftSettings.of(options, alone(group), segmentBytes, folder.raft()))
        .setParameters(ObservedGrpc.with(contacts))
        .setOption(RaftStorage.StartupOption.RECOVER)
        .build();
  }

  /** It may have been alone when it was founded and be one of several now. */
  private boolean alone(RaftGroup first) {
    int known = MembersFile.of(folder.group()).count();
    return known == 1 || known == 0 && first.getPeers().size() == 1;
  }

  private SwarmException explained(Exception failure) {
    if (failure instanceof SwarmException clear) return clear;
    SwarmException explained = new SwarmException(SwarmException.Kind.CONFLICT, text(failure));
    explained.addSuppressed(failure);
    return explained;
  }

  private String text(Exception failure) {
    if (failure instanceof DamagedStorageException) return failure.getMessage() + ". " + remedy();
    if (!machine.problem().isEmpty()) return machine.problem();
    Throwable root = failure;
    while (root.getCause() != null) root = root.getCause();
    return "the log in " + options.dataDir() + " cannot be opened: " + root.getMessage();
  }

  /** A member whose data is lost must not come back under its old number. */
  private String remedy() {
    return "Move "
        + options.dataDir()
        + " away and bring this manager back as a new member: start it with an empty folder, and"
        + " it takes its old place. If all managers are damaged: swarm snapshot restore";
  }
}
