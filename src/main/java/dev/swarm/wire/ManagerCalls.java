package dev.swarm.wire;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.grpc.client.GrpcClient;
import io.vertx.grpc.client.GrpcClientRequest;
import io.vertx.grpc.client.GrpcClientResponse;
import io.vertx.grpc.common.ServiceMethod;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** Asks managers single questions. A call that is not answered in time fails, and is cancelled. */
public final class ManagerCalls {
  /** A connection on which nothing is asked is closed by us: the other end would take offence. */
  private static final int KEEP_ALIVE_SECONDS = 2;

  private final GrpcClient client;
  private final int answerMillis;

  /** Waits for a connection, and for an answer, at most so long. */
  public ManagerCalls(Vertx vertx, int connectMillis, int answerMillis) {
    this.answerMillis = answerMillis;
    client =
        GrpcClient.builder(vertx)
            .with(
                new HttpClientOptions()
                    .setHttp2ClearTextUpgrade(false)
                    .setHttp2KeepAliveTimeout(KEEP_ALIVE_SECONDS)
                    .setConnectTimeout(connectMillis))
            .build();
  }

  /** Asks the manager whose gRPC services are there. */
  public <Q, R> Future<R> ask(SocketAddress manager, ServiceMethod<R, Q> method, Q question) {
    return ask(manager, method, question, GrpcClientResponse::last);
  }

  /** The same; {@code read} makes the answer of the response, or the failure of its status. */
  public <Q, R> Future<R> ask(
      SocketAddress manager,
      ServiceMethod<R, Q> method,
      Q question,
      Function<GrpcClientResponse<Q, R>, Future<R>> read) {
    Future<GrpcClientRequest<Q, R>> opened = client.request(manager, method);
    return opened
        .compose(request -> request.send(question))
        .compose(read)
        .timeout(answerMillis, TimeUnit.MILLISECONDS)
        .onFailure(unanswered -> opened.onSuccess(request -> request.cancel()));
  }

  /** Closes the connections. */
  public void close() {
    client.close();
  }
}
