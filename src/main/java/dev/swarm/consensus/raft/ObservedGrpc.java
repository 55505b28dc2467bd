package dev.swarm.consensus.raft;

import org.apache.ratis.conf.Parameters;
import org.apache.ratis.grpc.GrpcConfigKeys;
import org.apache.ratis.grpc.GrpcFactory;
import org.apache.ratis.rpc.RpcFactory;
import org.apache.ratis.rpc.RpcType;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.leader.FollowerInfo;
import org.apache.ratis.server.leader.LeaderState;
import org.apache.ratis.server.leader.LogAppender;

/**
 * Ratis over gRPC that also tells {@link FollowerContacts} of the followers, and serves {@link
 * MembersOnly}. Ratis makes it by its class name.
 */
final class ObservedGrpc implements RpcType {
  private static final String CONTACTS = "swarm.contacts";

  /** Ratis' parameters that carry the contacts to the factory, and the guard of its port. */
  static Parameters with(FollowerContacts contacts) {
    Parameters parameters = new Parameters();
    parameters.put(CONTACTS, contacts, FollowerContacts.class);
    GrpcConfigKeys.Server.setServicesCustomizer(parameters, MembersOnly::guard);
    return parameters;
  }

  @Override
  public String name() {
    return ObservedGrpc.class.getName();
  }

  @Override
  public RpcFactory newFactory(Parameters parameters) {
    FollowerContacts contacts = parameters.get(CONTACTS, FollowerContacts.class);
    return new GrpcFactory(parameters) {
      @Override
      public LogAppender newLogAppender(
          RaftServer.Division server, LeaderState state, FollowerInfo follower) {
        contacts.replicating(state, follower);
        return super.newLogAppender(server, state, follower);
      }
    };
  }
}
