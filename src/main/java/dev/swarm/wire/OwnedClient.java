package dev.swarm.wire;

import dev.swarm.model.Limits;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.internal.CloseFuture;
import io.vertx.core.internal.ContextInternal;
import io.vertx.grpc.client.GrpcClient;
import io.vertx.grpc.client.GrpcClientOptions;
import io.vertx.grpc.client.impl.GrpcClientImpl;
import java.util.concurrent.TimeUnit;

/**
 * A client for HTTP and gRPC that belongs to whoever made it, and to nobody else. Its owner must
 * hold it while it is used, because Vert.x closes one that nobody holds, and close it.
 *
 * <p>Vert.x would tie it to the verticle on which it was made: that keeps a closed client for as
 * long as it lives, and does not end before each of its clients has said that it is closed. One
 * that is closed while it connects may never say so.
 */
public final class OwnedClient {
  /** One that has not said that it is closed after so long has let go of its sockets. */
  private static final long CLOSE_MILLIS = 2_000;

  private final HttpClientAgent http;
  private final GrpcClient grpc;

  /** Of a client made elsewhere, which it ends. */
  OwnedClient(Vertx vertx, HttpClientAgent http) {
    this.http = http;
    this.grpc = new WideClient(vertx, http);
  }

  /** A client for gRPC without TLS, HTTP/2 from the first byte; not yet connected. */
  public static OwnedClient forGrpc(Vertx vertx, HttpClientOptions options, PoolOptions pool) {
    HttpClientOptions grpc =
        new HttpClientOptions(options)
            .setProtocolVersion(HttpVersion.HTTP_2)
            .setHttp2ClearTextUpgrade(false);
    return create(vertx, grpc, pool);
  }

  /** A client for HTTP; not yet connected. */
  public static OwnedClient forHttp(Vertx vertx, HttpClientOptions options) {
    return create(vertx, options, new PoolOptions());
  }

  private static OwnedClient create(Vertx vertx, HttpClientOptions options, PoolOptions pool) {
    ContextInternal here = (ContextInternal) vertx.getOrCreateContext();
    ContextInternal apart =
        here.toBuilder()
            .withThreadingModel(ThreadingModel.EVENT_LOOP)
            .withCloseFuture(new CloseFuture())
            .build();
    ContextInternal before = apart.beginDispatch();
    try {
      return new OwnedClient(vertx, vertx.httpClientBuilder().with(options).with(pool).build());
    } finally {
      apart.endDispatch(before);
    }
  }

  /** For HTTP. */
  public HttpClient http() {
    return http;
  }

  /** For gRPC if made so, with messages of up to {@link Limits#MAX_MESSAGE_BYTES}. */
  public GrpcClient grpc() {
    return grpc;
  }

  /** Closes its connections, finished or not; completes then, at the latest after two seconds. */
  public Future<Void> close() {
    return http.close().timeout(CLOSE_MILLIS, TimeUnit.MILLISECONDS).otherwiseEmpty();
  }

  /** The public factory for a client on given connections leaves messages at 256 KiB. */
  private static final class WideClient extends GrpcClientImpl {
    WideClient(Vertx vertx, HttpClient http) {
      super(
          vertx, new GrpcClientOptions().setMaxMessageSize(Limits.MAX_MESSAGE_BYTES), http, false);
    }
  }
}
