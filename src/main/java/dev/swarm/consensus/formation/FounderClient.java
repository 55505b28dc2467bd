package dev.swarm.consensus.formation;

import dev.swarm.v1.FounderQuestion;
import dev.swarm.wire.GrpcMethods;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.grpc.client.GrpcClient;
import java.util.concurrent.TimeUnit;

/** Asks other managers who they are. */
final class FounderClient {
  private static final int CONNECT_MILLIS = 2_000;
  private static final int ANSWER_MILLIS = 3_000;

  private final GrpcClient client;

  FounderClient(Vertx vertx) {
    client =
        GrpcClient.builder(vertx)
            .with(
                new HttpClientOptions()
                    .setHttp2ClearTextUpgrade(false)
                    .setConnectTimeout(CONNECT_MILLIS))
            .build();
  }

  /** Fails within a few seconds when there is no answer. */
  Future<FounderCard> ask(FormationOptions.Listed manager) {
    return client
        .request(
            SocketAddress.inetSocketAddress(manager.port(), manager.host()),
            GrpcMethods.FOUNDING_CLIENT)
        .compose(request -> request.send(FounderQuestion.getDefaultInstance()))
        .compose(response -> response.last())
        .timeout(ANSWER_MILLIS, TimeUnit.MILLISECONDS)
        .map(FounderCard::from);
  }

  void close() {
    client.close();
  }
}
