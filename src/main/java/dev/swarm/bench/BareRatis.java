package dev.swarm.bench;

import dev.swarm.consensus.raft.RaftOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.ratis.RaftConfigKeys;
import org.apache.ratis.client.RaftClient;
import org.apache.ratis.client.RaftClientConfigKeys;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.grpc.GrpcConfigKeys;
import org.apache.ratis.proto.RaftProtos;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.rpc.SupportedRpcType;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.apache.ratis.statemachine.TransactionContext;
import org.apache.ratis.statemachine.impl.BaseStateMachine;
import org.apache.ratis.thirdparty.com.google.protobuf.UnsafeByteOperations;
import org.apache.ratis.util.SizeInBytes;
import org.apache.ratis.util.TimeDuration;

/**
 * Ratis as its users take it: a state machine that counts, and Ratis' own asynchronous client. What
 * it is told is what Swarm tells it, as far as it concerns speed.
 */
final class BareRatis implements Group {
  private final List<RaftServer> servers = new ArrayList<>();
  private final RaftClient client;
  private final Message command;

  /**
   * Starts three servers and waits until they take a command.
   *
   * @param commandBytes size of a command
   * @param inFlight most commands under way at once
   */
  BareRatis(Path folder, List<Integer> ports, int commandBytes, int inFlight) throws IOException {
    command = Message.valueOf(UnsafeByteOperations.unsafeWrap(new byte[commandBytes]));
    List<RaftPeer> peers = new ArrayList<>();
    for (int port : ports) {
      peers.add(RaftPeer.newBuilder().setId("p" + port).setAddress("127.0.0.1:" + port).build());
    }
    RaftGroup group = RaftGroup.valueOf(RaftGroupId.valueOf(new UUID(7, 7)), peers);
    for (int i = 0; i < ports.size(); i++) {
      RaftServer server =
          RaftServer.newBuilder()
              .setServerId(peers.get(i).getId())
              .setGroup(group)
              .setStateMachine(new Counting())
              .setProperties(settings(folder.resolve("p" + i), ports.get(i)))
              .build();
      servers.add(server);
      server.start();
    }
    RaftProperties asked = new RaftProperties();
    RaftConfigKeys.Rpc.setType(asked, SupportedRpcType.GRPC);
    RaftClientConfigKeys.Async.setOutstandingRequestsMax(asked, inFlight);
    client = RaftClient.newBuilder().setProperties(asked).setRaftGroup(group).build();
    client.io().send(command);
  }

  private static RaftProperties settings(Path folder, int port) {
    RaftProperties properties = new RaftProperties();
    RaftConfigKeys.Rpc.setType(properties, SupportedRpcType.GRPC);
    GrpcConfigKeys.Server.setPort(properties, port);
    RaftServerConfigKeys.setStorageDir(properties, List.of(folder.toFile()));
    RaftServerConfigKeys.Rpc.setTimeoutMin(
        properties, millis(RaftOptions.DEFAULT_ELECTION_MIN_MILLIS));
    RaftServerConfigKeys.Rpc.setTimeoutMax(
        properties, millis(RaftOptions.DEFAULT_ELECTION_MAX_MILLIS));
    RaftServerConfigKeys.Log.setSegmentSizeMax(properties, SizeInBytes.valueOf("8MB"));
    RaftServerConfigKeys.Log.setPreallocatedSize(properties, SizeInBytes.valueOf("4MB"));
    RaftServerConfigKeys.Log.setLogMetadataEnabled(properties, true);
    return properties;
  }

  private static TimeDuration millis(int millis) {
    return TimeDuration.valueOf(millis, TimeUnit.MILLISECONDS);
  }

  @Override
  public String title() {
    return "bare Ratis";
  }

  @Override
  public CompletableFuture<?> propose(long number) {
    return client.async().send(command).thenApply(BareRatis::taken);
  }

  private static RaftClientReply taken(RaftClientReply reply) {
    if (!reply.isSuccess()) throw new IllegalStateException("refused", reply.getException());
    return reply;
  }

  @Override
  public void close() throws IOException {
    client.close();
    for (RaftServer server : servers) server.close();
  }

  private static final class Counting extends BaseStateMachine {
    private final AtomicLong count = new AtomicLong();

    @Override
    public CompletableFuture<Message> applyTransaction(TransactionContext transaction) {
      RaftProtos.LogEntryProto entry = transaction.getLogEntry();
      updateLastAppliedTermIndex(entry.getTerm(), entry.getIndex());
      return CompletableFuture.completedFuture(
          Message.valueOf(Long.toString(count.incrementAndGet())));
    }
  }
}
