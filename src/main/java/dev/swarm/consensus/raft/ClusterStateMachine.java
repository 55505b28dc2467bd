package dev.swarm.consensus.raft;

import dev.swarm.codec.LogCodec;
import dev.swarm.consensus.digests.DigestHistory;
import dev.swarm.consensus.guard.Snapshots;
import dev.swarm.consensus.snapshots.SnapshotFiles;
import dev.swarm.consensus.snapshots.SnapshotWriter;
import dev.swarm.consensus.storage.DamagedStorageException;
import dev.swarm.consensus.storage.LogExtent;
import dev.swarm.consensus.storage.LogFiles;
import dev.swarm.model.Causes;
import dev.swarm.model.ClusterState;
import dev.swarm.model.Outcome;
import dev.swarm.model.TimeSource;
import java.io.File;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.ratis.proto.RaftProtos;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftGroupMemberId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.raftlog.RaftLog;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.statemachine.TransactionContext;
import org.apache.ratis.statemachine.impl.BaseStateMachine;
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

  private final LogListener listener;
  private final ClientId proposer;
  private final String remedy;
  private final SnapshotFiles files = new SnapshotFiles();
  private final SnapshotWriter writer;
  private volatile ClusterState state = ClusterState.EMPTY;
  private volatile String problem = "";
  private volatile File folder;
  private final DigestHistory digests = new DigestHistory();

  /** Held while the state goes from one entry to the next, or is exchanged for another. */
  private final Object applying = new Object();

  private volatile boolean distrusted;
  private RaftServer server;

  /**
   * Makes an empty one.
   *
   * @param proposer the only client whose writes enter the log through this server
   * @param remedy what an operator can do when its files are damaged
   */
  ClusterStateMachine(
      LogListener listener,
      ClientId proposer,
      long snapshotEveryEntries,
      TimeSource time,
      String remedy) {
    this.listener = listener;
    this.proposer = proposer;
    this.remedy = remedy;
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
    this.server = server;
    getLifeCycle()
        .startAndTransition(
            () -> {
              files.init(storage);
              LogFiles own = LogFiles.in(storage.getStorageDir().getCurrentDir().toPath());
              load(own.extent());
              own.removeIfItEndsBefore(getLastAppliedTermIndex().getIndex()).ifPresent(log::warn);
            },
            IOException.class);
  }

  private void load(LogExtent held) throws IOException {
    try {
      SnapshotFiles.Loaded newest = files.load(held);
      long next = newest == null ? 0 : newest.at().getIndex() + 1;
      requireNoHole(held, next);
      if (newest != null) begin(newest);
    } catch (IOException unusable) {
      problem = unusable.getMessage();
      if (unusable instanceof DamagedStorageException) problem += ". " + remedy;
      throw unusable;
    }
  }

  /** A log that begins after the snapshot ends would never be applied, and nobody would notice. */
  private static void requireNoHole(LogExtent held, long next) throws DamagedStorageException {
    if (held.isEmpty() || held.first() <= next) return;
    throw new DamagedStorageException(
        "the log begins at "
            + held.first()
            + " but the newest usable snapshot ends before "
            + next);
  }

  private void begin(SnapshotFiles.Loaded newest) {
    boolean wasWrong;
    synchronized (applying) {
      state = newest.state();
      setLastAppliedTermIndex(newest.at());
      digests.restart(state.index(), state.digest());
      wasWrong = distrusted;
      distrusted = false;
    }
    writer.loaded(newest.at().getIndex());
    if (wasWrong) listener.mended(state);
    else listener.replaced(state);
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
    try {
      files.syncInstalled();
      // The log is in use and does not begin before the snapshot: nothing to fall back to.
      load(LogExtent.EMPTY);
    } catch (IOException unusable) {
      if (problem.isEmpty()) problem = "an installed snapshot cannot be kept: " + unusable;
      listener.failed(problem);
      throw unusable;
    }
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
    List<Outcome> outcomes;
    synchronized (applying) {
      outcomes = entry.getIndex() > state.index() ? advance(entry) : List.of();
      updateLastAppliedTermIndex(entry.getTerm(), entry.getIndex());
    }
    byte[] answer = LogCodec.encodeOutcomes(outcomes);
    return CompletableFuture.completedFuture(
        Message.valueOf(UnsafeByteOperations.unsafeWrap(answer)));
  }

  private List<Outcome> advance(RaftProtos.LogEntryProto entry) {
    ClusterState.Applied applied = apply(state, entry);
    state = applied.state();
    digests.add(state.index(), state.digest());
    writer.applied(entry.getStateMachineLogEntry().getLogData().size());
    if (!distrusted) listener.applied(applied);
    return applied.outcomes();
  }

  private ClusterState.Applied apply(ClusterState before, RaftProtos.LogEntryProto entry) {
    byte[] bytes = entry.getStateMachineLogEntry().getLogData().toByteArray();
    try {
      LogCodec.Entry read = LogCodec.decodeEntry(bytes);
      return before.apply(entry.getIndex(), read.commands(), read.atMillis(), read.rules());
    } catch (RuntimeException unreadable) {
      problem = "log entry " + entry.getIndex() + " cannot be applied: " + unreadable.getMessage();
      listener.failed(problem);
      throw unreadable;
    }
  }

  /** The digests of the states that it had. */
  DigestHistory digests() {
    return digests;
  }

  /** Whether its state is known to be wrong: it is not told any more. */
  boolean distrusted() {
    return distrusted;
  }

  /**
   * Its state is wrong. Never waits: a snapshot of it that gets its name now goes with the mending.
   */
  void distrust() {
    distrusted = true;
    writer.disown();
  }

  /**
   * Takes another's state for its own. The log stays: entries that the other had not applied are
   * applied to its state from our log, and what it had applied before us is not applied again.
   * Snapshots of before are forgotten as soon as there is one of the right state.
   */
  void mend(ClusterState right) throws IOException {
    synchronized (applying) {
      ClusterState next = right;
      long applied = getLastAppliedTermIndex().getIndex();
      RaftLog entries = server.getDivision(getGroupId()).getRaftLog();
      for (long index = right.index() + 1; index <= applied; index++) {
        RaftProtos.LogEntryProto entry = entries.get(index);
        if (entry == null) throw new IOException("log entry " + index + " is purged already");
        if (entry.hasStateMachineLogEntry()) next = apply(next, entry).state();
      }
      writer.abandon();
      state = next;
      distrusted = false;
      digests.restart(next.index(), next.digest());
      listener.mended(next);
    }
    snapshotNow().thenAccept(this::forgetBefore);
  }

  private void forgetBefore(long snapshot) {
    try {
      files.forgetBefore(snapshot);
    } catch (IOException stays) {
      log.warn("snapshots of a wrong state, before {}, could not be removed", snapshot, stays);
    }
  }

  /** Never waits: the state is immutable, another thread writes it down. */
  @Override
  public long takeSnapshot() {
    synchronized (applying) {
      return fitToKeep() ? writer.advance(state, getLastAppliedTermIndex()) : -1;
    }
  }

  /** A state that was mended may be ahead of the entries that were applied here. */
  private boolean fitToKeep() {
    return getLifeCycleState() == LifeCycle.State.RUNNING
        && !distrusted
        && state.index() <= getLastAppliedTermIndex().getIndex();
  }

  /** How the snapshots are doing. */
  Snapshots snapshots() {
    return writer.health();
  }

  /**
   * Takes a snapshot now; where one is under way, or the state is ahead of what was applied, with
   * an entry that comes later. Completes with its index.
   */
  CompletableFuture<Long> snapshotNow() {
    CompletableFuture<Long> taken = writer.onDemand();
    synchronized (applying) {
      if (fitToKeep()) writer.begin(state, getLastAppliedTermIndex());
    }
    return taken;
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
    listener.logFailed("the log in " + folder + " cannot be written: " + Causes.first(cause));
  }

  @Override
  public void notifyGroupRemove() {
    listener.failed("this manager was removed from the group");
  }

  @Override
  public void notifyServerShutdown(RaftProtos.RoleInfoProto role, boolean allServer) {
    listener.closed("the Raft server was shut down");
  }

  @Override
  public void close() {
    writer.close();
  }
}
