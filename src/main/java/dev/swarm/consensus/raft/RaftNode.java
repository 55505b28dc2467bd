package dev.swarm.consensus.raft;

import dev.swarm.consensus.formation.DataFolder;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftServer;

/**
 * A Ratis server that runs, and all that belongs to it.
 *
 * @param contacts when each follower was last heard
 * @param division its part in our group, the only one it has
 * @param client the only one whose writes it takes: ourselves
 */
record RaftNode(
    RaftOptions options,
    DataFolder folder,
    FollowerContacts contacts,
    ClusterStateMachine machine,
    RaftServer server,
    RaftServer.Division division,
    ClientId client)
    implements AutoCloseable {
  RaftPeerId self() {
    return server.getId();
  }

  RaftGroupId group() {
    return division.getMemberId().getGroupId();
  }

  /** What the server answered; fails when it says that it did not do what was asked. */
  static CompletableFuture<RaftClientReply> success(RaftClientReply reply) {
    return reply.isSuccess()
        ? CompletableFuture.completedFuture(reply)
        : CompletableFuture.failedFuture(reply.getException());
  }

  /** Leaves the others and gives the folder back. Blocks. */
  @Override
  public void close() {
    close(server, folder);
  }

  /** The same of one that may not have begun: its server is null then. */
  static void close(RaftServer server, DataFolder folder) {
    try (folder) {
      if (server != null) server.close();
    } catch (IOException late) {
      throw new IllegalStateException("the Raft server did not close", late);
    }
  }
}
