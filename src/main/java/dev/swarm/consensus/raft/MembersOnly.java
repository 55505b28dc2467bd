package dev.swarm.consensus.raft;

import java.util.EnumSet;
import org.apache.ratis.grpc.server.GrpcServices;
import org.apache.ratis.proto.grpc.RaftServerProtocolServiceGrpc;
import org.apache.ratis.thirdparty.io.grpc.Metadata;
import org.apache.ratis.thirdparty.io.grpc.ServerCall;
import org.apache.ratis.thirdparty.io.grpc.ServerCallHandler;
import org.apache.ratis.thirdparty.io.grpc.ServerInterceptor;
import org.apache.ratis.thirdparty.io.grpc.Status;
import org.apache.ratis.thirdparty.io.grpc.netty.NettyServerBuilder;

/**
 * Leaves of what Ratis serves at its port only what members say to each other. What it serves
 * clients and administrators there would let anybody change the members, or delete the group with
 * its files; we ask our own server in the process.
 */
final class MembersOnly implements ServerInterceptor {
  private static final Status REFUSED =
      Status.PERMISSION_DENIED.withDescription("only members of the group are served here");

  static NettyServerBuilder guard(NettyServerBuilder server, EnumSet<GrpcServices.Type> served) {
    return server.intercept(new MembersOnly());
  }

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    String service = call.getMethodDescriptor().getServiceName();
    if (RaftServerProtocolServiceGrpc.SERVICE_NAME.equals(service)) {
      return next.startCall(call, headers);
    }
    call.close(REFUSED, new Metadata());
    return new ServerCall.Listener<>() {};
  }
}
