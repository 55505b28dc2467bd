package dev.swarm.consensus.raft;

import dev.swarm.bus.Messages.GroupMember;
import dev.swarm.bus.Messages.GroupView;
import dev.swarm.consensus.formation.Identity;
import java.io.IOException;
import java.net.ConnectException;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.protocol.SetConfigurationRequest;
import org.apache.ratis.protocol.TransferLeadershipRequest;
import org.apache.ratis.rpc.CallId;
import org.apache.ratis.server.RaftConfiguration;

/** The members of the Raft group: who they are, who they are to be, and which of them leads. */
final class Members {
  /** How long a follower may take to be elected when we ask it to lead. */
  private static final long HAND_OVER_MILLIS = 3_000;

  private final RaftNode node;

  Members(RaftNode node) {
    this.node = node;
  }

  /** A member as Raft names it. */
  static RaftPeer peer(String manager, long member, String address) {
    return RaftPeer.newBuilder().setId(Identity.peer(manager, member)).setAddress(address).build();
  }

  private Collection<RaftPeer> current() {
    return node.division().getRaftConf().getCurrentPeers();
  }

  /** The managers whose votes count. */
  Set<String> voters() {
    return current().stream()
        .map(peer -> Identity.managerOf(peer.getId().toString()))
        .collect(Collectors.toSet());
  }

  /** The other members with a vote, as Raft names them, in order. */
  List<String> others() {
    return current().stream()
        .filter(peer -> !peer.getId().equals(node.self()))
        .map(peer -> peer.getId().toString())
        .sorted()
        .toList();
  }

  /** Who they are, and who of them was heard lately. */
  GroupView view() {
    RaftConfiguration now = node.division().getRaftConf();
    int within = 2 * node.options().electionMaxMillis();
    List<RaftPeer> heard =
        now.getCurrentPeers().stream()
            .filter(p -> p.getId().equals(node.self()) || node.contacts().heard(p.getId(), within))
            .toList();
    boolean settled =
        now.getPreviousPeers().isEmpty()
            && node.division().getRaftLog().getLastCommittedIndex() >= now.getLogEntryIndex();
    return new GroupView(members(now.getCurrentPeers()), settled, members(heard));
  }

  private static List<GroupMember> members(Collection<RaftPeer> peers) {
    return peers.stream()
        .map(Members::member)
        .sorted(Comparator.comparing(GroupMember::manager))
        .toList();
  }

  private static GroupMember member(RaftPeer peer) {
    String name = peer.getId().toString();
    return new GroupMember(Identity.managerOf(name), Identity.memberOf(name), peer.getAddress());
  }

  /** Makes these the voters; completes when they are. */
  CompletableFuture<?> regroup(List<GroupMember> voters) {
    List<RaftPeer> peers =
        voters.stream().map(one -> peer(one.manager(), one.member(), one.address())).toList();
    SetConfigurationRequest request =
        new SetConfigurationRequest(
            node.client(), node.self(), node.group(), CallId.getAndIncrement(), peers);
    return answer(() -> node.server().setConfigurationAsync(request));
  }

  /** Asks that member to lead; completes when it does, or fails when it did not in time. */
  CompletableFuture<?> handOver(String peer) {
    return transfer(RaftPeerId.valueOf(peer));
  }

  /** Ceases to lead; the members elect. */
  CompletableFuture<?> stepDown() {
    return transfer(null);
  }

  private CompletableFuture<?> transfer(RaftPeerId peer) {
    TransferLeadershipRequest request =
        new TransferLeadershipRequest(
            node.client(),
            node.self(),
            node.group(),
            CallId.getAndIncrement(),
            peer,
            HAND_OVER_MILLIS);
    return answer(() -> node.server().transferLeadershipAsync(request));
  }

  /** Gives up the connections to the others, with their waiting times. Blocks; returns null. */
  Void redial() {
    ConnectException nobodyLeads = new ConnectException("nobody leads");
    for (RaftPeer peer : current()) {
      if (peer.getId().equals(node.self())) continue;
      node.server().getServerRpc().handleException(peer.getId(), nobodyLeads, true);
    }
    return null;
  }

  private interface Request {
    CompletableFuture<RaftClientReply> send() throws IOException;
  }

  private static CompletableFuture<?> answer(Request request) {
    try {
      return request.send().thenCompose(RaftNode::success);
    } catch (IOException closed) {
      return CompletableFuture.failedFuture(closed);
    }
  }
}
