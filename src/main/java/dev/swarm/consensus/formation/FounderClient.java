package dev.swarm.consensus.formation;

import dev.swarm.v1.FounderQuestion;
import dev.swarm.wire.GrpcMethods;
import dev.swarm.wire.ManagerCalls;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.SocketAddress;

/** Asks other managers who they are. */
final class FounderClient {
  private static final int CONNECT_MILLIS = 2_000;
  private static final int ANSWER_MILLIS = 3_000;

  private final ManagerCalls calls;

  FounderClient(Vertx vertx) {
    calls = new ManagerCalls(vertx, CONNECT_MILLIS, ANSWER_MILLIS);
  }

  /** Fails within a few seconds when there is no answer. */
  Future<FounderCard> ask(FormationOptions.Listed manager) {
    return calls
        .ask(
            SocketAddress.inetSocketAddress(manager.port(), manager.host()),
            GrpcMethods.FOUNDING_CLIENT,
            FounderQuestion.getDefaultInstance())
        .map(FounderCard::from);
  }

  Future<Void> close() {
    return calls.close();
  }
}
