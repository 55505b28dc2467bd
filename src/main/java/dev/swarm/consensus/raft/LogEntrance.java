package dev.swarm.consensus.raft;

import dev.swarm.consensus.gate.Entrance;
import dev.swarm.consensus.gate.ProposalQueue;
import dev.swarm.model.SwarmException;
import java.io.IOException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientAsynchronousProtocol;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.exceptions.LeaderNotReadyException;
import org.apache.ratis.protocol.exceptions.LeaderSteppingDownException;
import org.apache.ratis.protocol.exceptions.NotLeaderException;
import org.apache.ratis.protocol.exceptions.ResourceUnavailableException;
import org.apache.ratis.thirdparty.com.google.protobuf.UnsafeByteOperations;

/** Puts entries into Ratis' log, in the order in which they come, and never makes a caller wait. */
final class LogEntrance implements Entrance {
  /** Attempts that wait for a slow disk to take them; further ones fail, to be made again. */
  static final int MAX_WAITING_ATTEMPTS = 2 * ProposalQueue.MAX_UNDER_WAY;

  private final RaftNode node;

  /** The division itself: by way of the server each entry would wait for one thread more. */
  private final RaftClientAsynchronousProtocol division;

  /** One thread, so that entries keep their order, and not the caller's, so that it never waits. */
  private final ExecutorService submitter =
      new ThreadPoolExecutor(
          1,
          1,
          0,
          TimeUnit.SECONDS,
          new ArrayBlockingQueue<>(MAX_WAITING_ATTEMPTS),
          work -> daemon(work, "swarm-propose"));

  LogEntrance(RaftNode node) {
    this.node = node;
    division = (RaftClientAsynchronousProtocol) node.division();
  }

  @Override
  public CompletableFuture<byte[]> propose(byte[] entry, long callId) {
    RaftClientRequest request =
        RaftClientRequest.newBuilder()
            .setClientId(node.client())
            .setServerId(node.self())
            .setGroupId(node.group())
            .setCallId(callId)
            .setMessage(Message.valueOf(UnsafeByteOperations.unsafeWrap(entry)))
            .setType(RaftClientRequest.writeRequestType())
            .build();
    try {
      return CompletableFuture.supplyAsync(() -> submit(request), submitter)
          .thenCompose(reply -> reply)
          .thenCompose(LogEntrance::outcomes)
          .exceptionallyCompose(failure -> CompletableFuture.failedFuture(told(failure)));
    } catch (RejectedExecutionException full) {
      return CompletableFuture.failedFuture(
          submitter.isShutdown()
              ? new SwarmException(SwarmException.Kind.NOT_LEADER, "this manager stops")
              : new NotNowException(full));
    }
  }

  /** Returns once the entry is in the queue to the disk: that may take as long as a slow disk. */
  private CompletableFuture<RaftClientReply> submit(RaftClientRequest request) {
    try {
      return division.submitClientRequestAsync(request);
    } catch (IOException closed) {
      return CompletableFuture.failedFuture(closed);
    }
  }

  private static CompletableFuture<byte[]> outcomes(RaftClientReply reply) {
    return RaftNode.success(reply).thenApply(done -> done.getMessage().getContent().toByteArray());
  }

  /** A failure as the gate understands it. */
  private static Throwable told(Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    if (cause instanceof LeaderNotReadyException || cause instanceof ResourceUnavailableException) {
      return new NotNowException(cause);
    }
    if (cause instanceof NotLeaderException || cause instanceof LeaderSteppingDownException) {
      return new SwarmException(
          SwarmException.Kind.NOT_LEADER,
          "this manager ceased to lead; the command may still take effect");
    }
    return cause;
  }

  private static Thread daemon(Runnable work, String name) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    return thread;
  }

  /** Takes no more; what is under way goes on. */
  void close() {
    submitter.shutdown();
  }
}
