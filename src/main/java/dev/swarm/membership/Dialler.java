package dev.swarm.membership;

import dev.swarm.v1.FounderAnswer;
import dev.swarm.v1.FounderQuestion;
import dev.swarm.v1.RecallAnswer;
import dev.swarm.v1.RecallQuestion;
import dev.swarm.wire.GrpcMethods;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.net.HostAndPort;
import io.vertx.core.net.SocketAddress;
import io.vertx.grpc.client.GrpcClient;
import io.vertx.grpc.client.GrpcClientRequest;
import io.vertx.grpc.common.ServiceMethod;
import java.util.concurrent.TimeUnit;

/** Asks managers who they are, and whether they know us. */
final class Dialler {
  private static final int CONNECT_MILLIS = 1_500;

  /** A connection on which nothing is asked is closed by us: the other end would take offence. */
  private static final int KEEP_ALIVE_SECONDS = 2;

  private static final int ANSWER_MILLIS = 2_500;

  private final GrpcClient client;

  Dialler(Vertx vertx) {
    client =
        GrpcClient.builder(vertx)
            .with(
                new HttpClientOptions()
                    .setHttp2ClearTextUpgrade(false)
                    .setHttp2KeepAliveTimeout(KEEP_ALIVE_SECONDS)
                    .setConnectTimeout(CONNECT_MILLIS))
            .build();
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
    Future<GrpcClientRequest<Q, R>> opened =
        client.request(SocketAddress.inetSocketAddress(at.port(), at.host()), method);
    return opened
        .compose(request -> request.send(question))
        .compose(response -> response.last())
        .timeout(ANSWER_MILLIS, TimeUnit.MILLISECONDS)
        .onFailure(unanswered -> opened.onSuccess(request -> request.cancel()));
  }

  void close() {
    client.close();
  }
}
