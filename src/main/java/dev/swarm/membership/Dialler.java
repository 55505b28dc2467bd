package dev.swarm.membership;

import dev.swarm.v1.FounderAnswer;
import dev.swarm.v1.FounderQuestion;
import dev.swarm.v1.RecallAnswer;
import dev.swarm.v1.RecallQuestion;
import dev.swarm.wire.GrpcMethods;
import dev.swarm.wire.ManagerCalls;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.HostAndPort;
import io.vertx.core.net.SocketAddress;
import io.vertx.grpc.common.ServiceMethod;

/** Asks managers who they are, and whether they know us. */
final class Dialler {
  private static final int CONNECT_MILLIS = 1_500;

  private static final int ANSWER_MILLIS = 2_500;

  private final ManagerCalls calls;

  Dialler(Vertx vertx) {
    calls = new ManagerCalls(vertx, CONNECT_MILLIS, ANSWER_MILLIS);
  }

  /** Who answers at this address; fails within a few seconds when nobody does. */
  Future<FounderAnswer> whoIsAt(String address) {
    return call(address, GrpcMethods.FOUNDING_CLIENT, FounderQuestion.getDefaultInstance());
  }

  /** Whether the manager at this address takes somebody for a member. */
  Future<RecallAnswer> recall(String address, RecallQuestion question) {
    return call(address, GrpcMethods.RECALL_CLIENT, question);
  }

  private <Q, R> Future<R> call(String address, ServiceMethod<R, Q> method, Q question) {
    HostAndPort at = HostAndPort.parseAuthority(address, -1);
    if (at == null || at.port() < 1) return Future.failedFuture("it is no address");
    return calls.ask(SocketAddress.inetSocketAddress(at.port(), at.host()), method, question);
  }

  Future<Void> close() {
    return calls.close();
  }
}
