package dev.swarm.consensus;

import dev.swarm.codec.LogCodec;
import dev.swarm.model.Causes;
import dev.swarm.model.ClusterState;
import dev.swarm.model.TimeSource;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.ratis.proto.RaftProtos;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftGroupMemberId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.statemachine.TransactionContext;
import org.apache.ratis.statemachine.impl.BaseStateMachine;
import org.apache.ratis.statemachine.impl.SingleFileSnapshotInfo;
import org.apache.ratis.thirdparty.com.google.protobuf.UnsafeByteOperations;
import org.apache.ratis.util.LifeCycle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The replicated state as Ratis sees it: decodes entries, applies them, keeps snapshots. Whatever
 * it cannot read or trust stops the replica.
 */
final class ClusterStateMachine extends BaseStateMachine {
  private static final Logger log = LoggerFactory.getLogger(ClusterStateMachine.class);

  /** Names of the files of a log, with the index of their first entry. */
  private static final Pattern SEGMENT = Pattern.compile("log_(?:inprogress_)?(\\d+)(?:-\\d+)?");

  private final LogListener listener;
  private final ClientId proposer;
  private final SnapshotFiles files = new SnapshotFiles();
  private final SnapshotWriter writer;
  private volatile ClusterState state = ClusterState.EMPTY;
  private volatile String problem = "";
  private volatile File folder;

  /**
   * Makes an empty one.
   *
   * @param proposer the only client whose writes enter the log through this server
   */
  ClusterStateMachine(
      LogListener listener, ClientId proposer, long snapshotEveryEntries, TimeSource time) {
    this.listener = listener;
    this.proposer = proposer;
    writer = new SnapshotWriter(files, snapshotEveryEntries, time);
  }

  /** The newest applied state. */
  ClusterState state() {
    return state;
  }

  /** Why it refused to go on; empty when it did not. */
  String problem() {
    return problem;
  }

  @Override
  public void initialize(RaftServer server, RaftGroupId group, RaftStorage storage)
      throws IOException {
    super.initialize(server, group, storage);
    folder = storage.getStorageDir().getRoot();
    getLifeCycle()
        .startAndTransition(
            () -> {
              files.init(storage);
              load();
              checkContiguity(storage);
            },
            IOException.class);
  }

  private void load() throws IOException {
    SingleFileSnapshotInfo newest = files.loadLatestSnapshot();
    if (newest == null) return;
    try {
      state = files.read(newest);
    } catch (IOException damaged) {
      problem = damaged.getMessage();
      throw damaged;
    }
    setLastAppliedTermIndex(newest.getTermIndex());
    writer.loaded(newest.getIndex());
    listener.replaced(state);
  }

  /** A log that begins after the snapshot ends would never be applied, and nobody would notice. */
  private void checkContiguity(RaftStorage storage) throws IOException {
    OptionalLong begin = firstIndex(storage);
    if (begin.isEmpty()) return;
    long first = begin.getAsLong();
    long next = getLastAppliedTermIndex().getIndex() + 1;
    if (first <= next) return;
    problem =
        "the log in "
            + storage.getStorageDir().getRoot()
            + " begins at "
            + first
            + " but the newest usable snapshot ends before "
            + next
            + ". Move this manager's data folder away and let it join as a new manager";
    throw new IOException(problem);
  }

  private static OptionalLong firstIndex(RaftStorage storage) throws IOException {
    try (Stream<Path> segments = Files.list(storage.getStorageDir().getCurrentDir().toPath())) {
      return segments
          .map(segment -> SEGMENT.matcher(segment.getFileName().toString()))
          .filter(Matcher::matches)
          .mapToLong(name -> Long.parseLong(name.group(1)))
          .min();
    }
  }

  /** Ratis puts an installed snapshot in place next. */
  @Override
  public void pause() {
    if (getLifeCycle().compareAndTransition(LifeCycle.State.RUNNING, LifeCycle.State.PAUSING)) {
      writer.abandon();
      getLifeCycle().transition(LifeCycle.State.PAUSED);
    }
  }

  @Override
  public void reinitialize() throws IOException {
    if (getLifeCycleState() != LifeCycle.State.PAUSED) return;
    load();
    getLifeCycle().transition(LifeCycle.State.STARTING);
    getLifeCycle().transition(LifeCycle.State.RUNNING);
  }

  @Override
  public SnapshotFiles getStateMachineStorage() {
    return files;
  }

  /** Only this manager proposes here: others reach its endpoints, not its log. */
  @Override
  public TransactionContext startTransaction(RaftClientRequest request) throws IOException {
    TransactionContext transaction = super.startTransaction(request);
    if (!request.getClientId().equals(proposer)) {
      transaction.setException(new IOException("writes of other clients are not accepted"));
    }
    return transaction;
  }

  @Override
  public CompletableFuture<Message> applyTransaction(TransactionContext transaction) {
    RaftProtos.LogEntryProto entry = transaction.getLogEntry();
    byte[] bytes = entry.getStateMachineLogEntry().getLogData().toByteArray();
    ClusterState.Applied applied;
    try {
      applied = state.apply(entry.getIndex(), LogCodec.decode(bytes));
    } catch (RuntimeException unreadable) {
      problem = "log entry " + entry.getIndex() + " cannot be applied: " + unreadable.getMessage();
      listener.failed(problem);
      throw unreadable;
    }
    state = applied.state();
    writer.applied(bytes.length);
    updateLastAppliedTermIndex(entry.getTerm(), entry.getIndex());
    listener.applied(applied);
    byte[] outcomes = LogCodec.encodeOutcomes(applied.outcomes());
    return CompletableFuture.completedFuture(
        Message.valueOf(UnsafeByteOperations.unsafeWrap(outcomes)));
  }

  /** Never waits: the state is immutable, another thread writes it down. */
  @Override
  public long takeSnapshot() {
    if (getLifeCycleState() != LifeCycle.State.RUNNING) return -1;
    TermIndex applied = getLastAppliedTermIndex();
    return writer.advance(state, applied);
  }

  /** Takes a snapshot now, unless one is under way; completes with its index. */
  CompletableFuture<Long> snapshotNow() {
    return writer.onDemand();
  }

  @Override
  public CompletableFuture<Message> query(Message request) {
    return CompletableFuture.failedFuture(new IOException("queries are not served here"));
  }

  @Override
  public CompletableFuture<Message> queryStale(Message request, long minIndex) {
    return query(request);
  }

  @Override
  public void notifyLeaderChanged(RaftGroupMemberId member, RaftPeerId leader) {
    listener.leadershipChanged();
  }

  @Override
  public void notifyLeaderReady() {
    listener.leadershipChanged();
  }

  @Override
  public void notifyNotLeader(Collection<TransactionContext> pending) {
    listener.leadershipChanged();
  }

  @Override
  public void notifyExtendedNoLeader(RaftProtos.RoleInfoProto role) {
    log.warn(
        "no leader for {} ms", role.getFollowerInfo().getLeaderInfo().getLastRpcElapsedTimeMs());
    listener.leadershipChanged();
  }

  @Override
  public void notifyConfigurationChanged(
      long term, long index, RaftProtos.RaftConfigurationProto configuration) {
    listener.leadershipChanged();
  }

  @Override
  public void notifySnapshotInstalled(
      RaftProtos.InstallSnapshotResult result, long snapshotIndex, RaftPeer peer) {
    log.info("snapshot at {} installed: {}", snapshotIndex, result);
  }

  @Override
  public void notifyLogFailed(Throwable cause, RaftProtos.LogEntryProto entry) {
    problem = "the log in " + folder + " cannot be written: " + Causes.first(cause);
    listener.failed(problem);
  }

  @Override
  public void notifyGroupRemove() {
    listener.failed("this manager was removed from the group");
  }

  @Override
  public void notifyServerShutdown(RaftProtos.RoleInfoProto role, boolean allServer) {
    listener.failed("the Raft server was shut down");
  }

  @Override
  public void close() {
    writer.close();
  }
}
