package dev.swarm.wire;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.grpc.client.GrpcClientRequest;
import io.vertx.grpc.client.GrpcClientResponse;
import io.vertx.grpc.common.ServiceMethod;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** Asks managers single questions. A call that is not answered in time fails, and is cancelled. */
public final class ManagerCalls {
  /**
   * An older connection is closed by us when nothing is asked on it. The other end cuts one on
   * which it saw no question for some seconds, and would not see short ones that follow one
   * another.
   */
  private static final int LIFETIME_SECONDS = 2;

  private final OwnedClient client;
  private final int answerMillis;

  /** Waits for a connection, and for an answer, at most so long. */
  public ManagerCalls(Vertx vertx, int connectMillis, int answerMillis) {
    this.answerMillis = answerMillis;
    HttpClientOptions options = new HttpClientOptions().setConnectTimeout(connectMillis);
    client =
        OwnedClient.forGrpc(vertx, options, new PoolOptions().setMaxLifetime(LIFETIME_SECONDS));
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
    Future<GrpcClientRequest<Q, R>> opened = client.grpc().request(manager, method);
    return opened
        .compose(request -> request.send(question))
        .compose(read)
        .timeout(answerMillis, TimeUnit.MILLISECONDS)
        .onFailure(unanswered -> opened.onSuccess(request -> request.cancel()));
  }

  /** Closes the connections; completes then, within two seconds. */
  public Future<Void> close() {
    return client.close();
  }
}
