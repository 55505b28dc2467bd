package dev.swarm.consensus.raft;

import dev.swarm.bus.Messages.GroupMember;
import dev.swarm.bus.Messages.GroupView;
import dev.swarm.consensus.digests.DigestHistory;
import dev.swarm.consensus.digests.Replica;
import dev.swarm.consensus.formation.DataFolder;
import dev.swarm.consensus.formation.Identity;
import dev.swarm.consensus.gate.Entrance;
import dev.swarm.consensus.gate.ProposalQueue;
import dev.swarm.consensus.guard.Observation;
import dev.swarm.consensus.guard.Space;
import dev.swarm.consensus.snapshots.Seed;
import dev.swarm.consensus.storage.DamagedStorageException;
import dev.swarm.consensus.storage.MembersFile;
import dev.swarm.consensus.storage.StorageCheck;
import dev.swarm.model.ClusterState;
import dev.swarm.model.SwarmException;
import dev.swarm.model.TimeSource;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientAsynchronousProtocol;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.protocol.SetConfigurationRequest;
import org.apache.ratis.protocol.TransferLeadershipRequest;
import org.apache.ratis.protocol.exceptions.LeaderNotReadyException;
import org.apache.ratis.protocol.exceptions.LeaderSteppingDownException;
import org.apache.ratis.protocol.exceptions.NotLeaderException;
import org.apache.ratis.protocol.exceptions.ResourceUnavailableException;
import org.apache.ratis.rpc.CallId;
import org.apache.ratis.server.DivisionInfo;
import org.apache.ratis.server.RaftConfiguration;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.raftlog.RaftLog;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.statemachine.SnapshotInfo;
import org.apache.ratis.thirdparty.com.google.protobuf.UnsafeByteOperations;
import org.apache.ratis.util.ExitUtils;
import org.apache.ratis.util.LifeCycle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The replicated log of this manager: a Ratis server, its data folder and its state machine. */
public final class RatisLog implements Replica, Entrance, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(RatisLog.class);
  private static final int ATTEMPTS_TO_READ_STANDING = 3;

  /** How long a follower may take to be elected when we ask it to lead. */
  private static final long HAND_OVER_MILLIS = 3_000;

  private final RaftOptions options;
  private final DataFolder folder;
  private final FollowerContacts contacts;
  private final ClusterStateMachine machine;
  private final RaftServer server;
  private final RaftServer.Division division;
  private final ClientId client;

  /** The division itself: by way of the server each entry would wait for one thread more. */
  private final RaftClientAsynchronousProtocol entrance;

  /** Attempts that wait for a slow disk to take them; further ones fail, to be made again. */
  static final int MAX_WAITING_ATTEMPTS = 2 * ProposalQueue.MAX_UNDER_WAY;

  /** One thread, so that entries keep their order, and not the caller's, so that it never waits. */
  private final ExecutorService submitter =
      new ThreadPoolExecutor(
          1,
          1,
          0,
          TimeUnit.SECONDS,
          new ArrayBlockingQueue<>(MAX_WAITING_ATTEMPTS),
          work -> daemon(work, "swarm-propose"));

  private RatisLog(
      RaftOptions options,
      DataFolder folder,
      FollowerContacts contacts,
      ClusterStateMachine machine,
      RaftServer server,
      RaftServer.Division division,
      ClientId client) {
    this.options = options;
    this.folder = folder;
    this.contacts = contacts;
    this.machine = machine;
    this.server = server;
    this.division = division;
    this.client = client;
    entrance = (RaftClientAsynchronousProtocol) division;
  }

  /** Opens folder and log and joins the others. Blocks; fails with one clear line. */
  public static RatisLog open(
      RaftOptions options, int segmentBytes, LogListener listener, TimeSource time) {
    DataFolder folder = DataFolder.open(options.dataDir(), options.cluster(), options.id());
    ClientId client = ClientId.randomId();
    ClusterStateMachine machine =
        new ClusterStateMachine(
            listener, client, options.snapshotEveryEntries(), time, remedy(options));
    RaftServer server = null;
    try {
      keepTheProcess();
      requireFreePort(options);
      requireFormed(options, folder);
      RaftGroup group = group(options, folder.identity());
      Seed.place(folder, group.getPeers());
      String name = group.getGroupId().getUuid().toString();
      StorageCheck.heal(folder.raft().resolve(name)).forEach(log::warn);
      FollowerContacts contacts = new FollowerContacts();
      server =
          RaftServer.newBuilder()
              .setServerId(RaftPeerId.valueOf(folder.identity().peer()))
              .setGroup(group)
              .setStateMachine(machine)
              .setProperties(
                  RaftSettings.of(options, alone(folder, group), segmentBytes, folder.raft()))
              .setParameters(ObservedGrpc.with(contacts))
              .setOption(RaftStorage.StartupOption.RECOVER)
              .build();
      server.start();
      folder.begun();
      RaftServer.Division division = server.getDivision(group.getGroupId());
      return new RatisLog(options, folder, contacts, machine, server, division, client);
    } catch (IOException | RuntimeException failure) {
      close(server, folder);
      throw explained(failure, machine, options);
    }
  }

  private static void requireFormed(RaftOptions options, DataFolder folder) {
    if (folder.identity() != null) return;
    throw new SwarmException(
        SwarmException.Kind.CONFLICT,
        "data folder " + options.dataDir() + " belongs to no member of a group yet");
  }

  /**
   * The members to begin with, where the log tells of none yet. Only a founder knows them; whoever
   * came later, or has another list now, waits until the leader speaks to it.
   */
  private static RaftGroup group(RaftOptions options, Identity identity) {
    Set<String> listed =
        options.members().stream().map(RaftOptions.Member::id).collect(Collectors.toSet());
    boolean founder =
        identity.isFounder()
            && identity.member() == 1
            && identity.formation().founders().keySet().equals(listed);
    List<RaftPeer> peers =
        founder
            ? options.members().stream().map(one -> peer(one.id(), 1, one.address())).toList()
            : List.of();
    return RaftGroup.valueOf(RaftGroupId.valueOf(identity.formation().id()), peers);
  }

  private static RaftPeer peer(String manager, long member, String address) {
    return RaftPeer.newBuilder().setId(Identity.peer(manager, member)).setAddress(address).build();
  }

  /** It may have been alone when it was founded and be one of several now. */
  private static boolean alone(DataFolder folder, RaftGroup first) {
    int known = MembersFile.of(folder.group()).count();
    return known == 1 || known == 0 && first.getPeers().size() == 1;
  }

  private static SwarmException explained(
      Exception failure, ClusterStateMachine machine, RaftOptions options) {
    if (failure instanceof SwarmException clear) return clear;
    String text = machine.problem();
    if (failure instanceof DamagedStorageException damage) {
      text = damage.getMessage() + ". " + remedy(options);
    }
    if (text.isEmpty()) text = text(failure, options);
    SwarmException explained = new SwarmException(SwarmException.Kind.CONFLICT, text);
    explained.addSuppressed(failure);
    return explained;
  }

  /** A member whose data is lost must not come back under its old number. */
  private static String remedy(RaftOptions options) {
    return "Move "
        + options.dataDir()
        + " away and bring this manager back as a new member: start it with an empty folder, and"
        + " it takes its old place. If all managers are damaged: swarm snapshot restore";
  }

  private static String text(Throwable failure, RaftOptions options) {
    Throwable root = failure;
    while (root.getCause() != null) root = root.getCause();
    return "the log in " + options.dataDir() + " cannot be opened: " + root.getMessage();
  }

  /** Left alone, Ratis ends the process when it cannot bind, or when any thread dies. */
  private static void keepTheProcess() {
    Thread.UncaughtExceptionHandler host = Thread.getDefaultUncaughtExceptionHandler();
    ExitUtils.disableSystemExit();
    Thread.setDefaultUncaughtExceptionHandler(host);
  }

  private static void requireFreePort(RaftOptions options) {
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

  @Override
  public ClusterState state() {
    return machine.state();
  }

  /** Index of the last entry applied, Raft's own entries included. */
  public long appliedIndex() {
    return machine.getLastAppliedTermIndex().getIndex();
  }

  /** Why this replica refused to go on; empty when it did not. */
  String problem() {
    return machine.problem();
  }

  @Override
  public DigestHistory digests() {
    return machine.digests();
  }

  @Override
  public boolean distrusted() {
    return machine.distrusted();
  }

  @Override
  public void distrust() {
    machine.distrust();
  }

  @Override
  public void mend(ClusterState right) throws IOException {
    machine.mend(right);
  }

  @Override
  public boolean intact() {
    ClusterState now = machine.state();
    return now.records().toState().digest() == now.digest();
  }

  @Override
  public long snapshotIndex() {
    SnapshotInfo newest = machine.getLatestSnapshot();
    return newest == null ? -1 : newest.getIndex();
  }

  /** Who the members are. */
  public GroupView group() {
    RaftConfiguration now = division.getRaftConf();
    int within = 2 * options.electionMaxMillis();
    List<RaftPeer> heard =
        now.getCurrentPeers().stream()
            .filter(p -> p.getId().equals(server.getId()) || contacts.heard(p.getId(), within))
            .toList();
    boolean settled =
        now.getPreviousPeers().isEmpty()
            && division.getRaftLog().getLastCommittedIndex() >= now.getLogEntryIndex();
    return new GroupView(members(now.getCurrentPeers()), settled, members(heard));
  }

  private static List<GroupMember> members(Collection<RaftPeer> peers) {
    return peers.stream()
        .map(
            peer -> {
              String name = peer.getId().toString();
              return new GroupMember(
                  Identity.managerOf(name), Identity.memberOf(name), peer.getAddress());
            })
        .sorted(Comparator.comparing(GroupMember::manager))
        .toList();
  }

  /**
   * Makes these the voters. Completes when they are; a new one is fed before, and when it does not
   * catch up this fails and all stays as it was.
   */
  public CompletableFuture<?> regroup(List<GroupMember> voters) {
    List<RaftPeer> peers =
        voters.stream().map(one -> peer(one.manager(), one.member(), one.address())).toList();
    SetConfigurationRequest request =
        new SetConfigurationRequest(
            client,
            server.getId(),
            division.getGroup().getGroupId(),
            CallId.getAndIncrement(),
            peers);
    try {
      return server.setConfigurationAsync(request).thenCompose(RatisLog::success);
    } catch (IOException refused) {
      return CompletableFuture.failedFuture(refused);
    }
  }

  @Override
  public Set<String> voters() {
    return division.getRaftConf().getCurrentPeers().stream()
        .map(peer -> Identity.managerOf(peer.getId().toString()))
        .collect(Collectors.toSet());
  }

  @Override
  public List<String> otherPeers() {
    return division.getRaftConf().getCurrentPeers().stream()
        .filter(peer -> !peer.getId().equals(server.getId()))
        .map(peer -> peer.getId().toString())
        .sorted()
        .toList();
  }

  @Override
  public boolean leads() {
    return standing().leads();
  }

  @Override
  public boolean leadsUntrusted() {
    return machine.distrusted() && division.getInfo().isLeader();
  }

  /** Takes a snapshot with the next entry applied; completes with its index. */
  public CompletableFuture<Long> snapshot() {
    return machine.snapshotNow();
  }

  /** Where we stand; a moment's view. */
  public Standing standing() {
    DivisionInfo info = division.getInfo();
    for (int i = 0; i < ATTEMPTS_TO_READ_STANDING; i++) {
      long term = info.getCurrentTerm();
      boolean ready = info.isLeaderReady();
      RaftPeerId leader = info.getLeaderId();
      if (info.getCurrentTerm() == term) return standing(info.isAlive(), ready, leader, term);
    }
    return new Standing(info.isAlive(), false, "", info.getCurrentTerm());
  }

  private Standing standing(boolean alive, boolean ready, RaftPeerId leader, long term) {
    if (alive && ready && !machine.distrusted()) {
      return new Standing(true, true, options.id(), term);
    }
    boolean unknown = !alive || leader == null || leader.equals(server.getId());
    return new Standing(alive, false, unknown ? "" : Identity.managerOf(leader.toString()), term);
  }

  /**
   * Whether a majority acknowledged, within the shortest election time-out, that we lead. Nobody
   * else was elected then, but for the moment in which a candidate that had its majority's promise
   * before is being voted for, or a successor that we asked to take over.
   */
  public boolean hasMajority() {
    RaftConfiguration group = division.getRaftConf();
    RaftPeerId self = server.getId();
    int within = options.electionMinMillis();
    return contacts.majority(group.getCurrentPeers(), self, within)
        && (group.getPreviousPeers().isEmpty()
            || contacts.majority(group.getPreviousPeers(), self, within));
  }

  /** What the guard should know; a moment's view. */
  public Observation observe(Space space) {
    DivisionInfo info = division.getInfo();
    RaftLog log = division.getRaftLog();
    LifeCycle.State life = info.getLifeCycleState();
    return new Observation(
        info.isAlive() && life != LifeCycle.State.EXCEPTION,
        log.isOpened(),
        info.isLeader(),
        info.isLeaderReady(),
        machine.getLifeCycleState() != LifeCycle.State.RUNNING,
        log.getFlushIndex(),
        log.getLastCommittedIndex(),
        info.getLastAppliedIndex(),
        contacts.foremost(
            division.getRaftConf().getCurrentPeers(), 2 * options.electionMinMillis()),
        space,
        machine.snapshots());
  }

  @Override
  public CompletableFuture<?> handOver(String peer) {
    return transfer(RaftPeerId.valueOf(peer));
  }

  /** Ceases to lead; the members elect. */
  public CompletableFuture<?> stepDown() {
    return transfer(null);
  }

  private CompletableFuture<?> transfer(RaftPeerId peer) {
    TransferLeadershipRequest request =
        new TransferLeadershipRequest(
            client,
            server.getId(),
            division.getGroup().getGroupId(),
            CallId.getAndIncrement(),
            peer,
            HAND_OVER_MILLIS);
    try {
      return server.transferLeadershipAsync(request).thenCompose(RatisLog::success);
    } catch (IOException closed) {
      return CompletableFuture.failedFuture(closed);
    }
  }

  /** Writes Ratis' record of its vote anew when a full disk has emptied it. Blocks. */
  public boolean restoreVote() throws IOException {
    return new KeptVote(division.getRaftStorage()).restore();
  }

  @Override
  public CompletableFuture<byte[]> propose(byte[] entry, long callId) {
    RaftClientRequest request =
        RaftClientRequest.newBuilder()
            .setClientId(client)
            .setServerId(server.getId())
            .setGroupId(division.getGroup().getGroupId())
            .setCallId(callId)
            .setMessage(Message.valueOf(UnsafeByteOperations.unsafeWrap(entry)))
            .setType(RaftClientRequest.writeRequestType())
            .build();
    try {
      return CompletableFuture.supplyAsync(() -> submit(request), submitter)
          .thenCompose(reply -> reply)
          .thenCompose(RatisLog::outcomes)
          .exceptionallyCompose(failure -> CompletableFuture.failedFuture(told(failure)));
    } catch (RejectedExecutionException full) {
      return CompletableFuture.failedFuture(
          submitter.isShutdown()
              ? new SwarmException(SwarmException.Kind.NOT_LEADER, "this manager stops")
              : new NotNowException(full));
    }
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

  /** Returns once the entry is in the queue to the disk: that may take as long as a slow disk. */
  private CompletableFuture<RaftClientReply> submit(RaftClientRequest request) {
    try {
      return entrance.submitClientRequestAsync(request);
    } catch (IOException closed) {
      return CompletableFuture.failedFuture(closed);
    }
  }

  private static CompletableFuture<RaftClientReply> success(RaftClientReply reply) {
    return reply.isSuccess()
        ? CompletableFuture.completedFuture(reply)
        : CompletableFuture.failedFuture(reply.getException());
  }

  private static CompletableFuture<byte[]> outcomes(RaftClientReply reply) {
    return success(reply).thenApply(done -> done.getMessage().getContent().toByteArray());
  }

  private static Thread daemon(Runnable work, String name) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    return thread;
  }

  /** Leaves the others and gives the folder back. Blocks. */
  @Override
  public void close() {
    submitter.shutdown();
    close(server, folder);
  }

  private static void close(RaftServer server, DataFolder folder) {
    try (folder) {
      if (server != null) server.close();
    } catch (IOException late) {
      throw new IllegalStateException("the Raft server did not close", late);
    }
  }
}
