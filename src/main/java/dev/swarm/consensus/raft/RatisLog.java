package dev.swarm.consensus.raft;

import dev.swarm.bus.Messages.GroupMember;
import dev.swarm.bus.Messages.GroupView;
import dev.swarm.consensus.digests.DigestHistory;
import dev.swarm.consensus.digests.Replica;
import dev.swarm.consensus.gate.Entrance;
import dev.swarm.consensus.guard.Observation;
import dev.swarm.consensus.guard.Space;
import dev.swarm.consensus.guard.SpaceLevel;
import dev.swarm.model.ClusterState;
import dev.swarm.model.TimeSource;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.ratis.statemachine.SnapshotInfo;

/**
 * The replicated log of this manager, as the rest of consensus sees it: a Ratis server, its data
 * folder and its state machine.
 */
public final class RatisLog implements Replica, AutoCloseable {
  private final RaftNode node;
  private final ClusterStateMachine machine;
  private final LogEntrance entrance;
  private final Members members;
  private final Lookout lookout;

  private RatisLog(RaftNode node) {
    this.node = node;
    machine = node.machine();
    entrance = new LogEntrance(node);
    members = new Members(node);
    lookout = new Lookout(node);
  }

  /** Opens folder and log and joins the others. Blocks; fails with one clear line. */
  public static RatisLog open(
      RaftOptions options, int segmentBytes, LogListener listener, TimeSource time) {
    return new RatisLog(NodeStart.of(options, segmentBytes, listener, time));
  }

  /** Where entries go in. */
  public Entrance entrance() {
    return entrance;
  }

  @Override
  public ClusterState state() {
    return machine.state();
  }

  /** Index of the last entry applied, Raft's own entries included. */
  public long appliedIndex() {
    return machine.getLastAppliedTermIndex().getIndex();
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

  /** Takes a snapshot now, or with an entry that comes later; completes with its index. */
  public CompletableFuture<Long> snapshot() {
    return machine.snapshotNow();
  }

  /** Who the members are. */
  public GroupView group() {
    return members.view();
  }

  /**
   * Makes these the voters. Completes when they are; a new one is fed before, and when it does not
   * catch up this fails and all stays as it was.
   */
  public CompletableFuture<?> regroup(List<GroupMember> voters) {
    return members.regroup(voters);
  }

  @Override
  public Set<String> voters() {
    return members.voters();
  }

  @Override
  public List<String> otherPeers() {
    return members.others();
  }

  @Override
  public CompletableFuture<?> handOver(String peer) {
    return members.handOver(peer);
  }

  /** Ceases to lead; the members elect. */
  public CompletableFuture<?> stepDown() {
    return members.stepDown();
  }

  @Override
  public boolean leads() {
    return standing().leads();
  }

  @Override
  public boolean leadsUntrusted() {
    return machine.distrusted() && node.division().getInfo().isLeader();
  }

  /** Where we stand; a moment's view. */
  public Standing standing() {
    return lookout.standing();
  }

  /** Whether somebody leads as far as we know, ourselves included, ready or not. */
  public boolean leaderKnown() {
    return node.division().getInfo().getLeaderId() != null;
  }

  /** Dials the others anew with the next thing that is to be said to them. Blocks; returns null. */
  public Void redial() {
    return members.redial();
  }

  /** Whether a majority acknowledged a moment ago that we lead. */
  public boolean hasMajority() {
    return lookout.hasMajority();
  }

  /**
   * What the guard should know; a moment's view.
   *
   * @param rooms what followers told of their disks, by manager id
   */
  public Observation observe(Space space, Map<String, SpaceLevel> rooms) {
    return lookout.observe(space, rooms);
  }

  /** Writes Ratis' record of its vote anew when a full disk has emptied it. Blocks. */
  public boolean restoreVote() throws IOException {
    return new KeptVote(node.division().getRaftStorage()).restore();
  }

  /** Leaves the others and gives the folder back. Blocks. */
  @Override
  public void close() {
    entrance.close();
    node.close();
  }
}
