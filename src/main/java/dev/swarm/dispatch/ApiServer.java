package dev.swarm.dispatch;

import dev.swarm.model.Limits;
import io.vertx.core.Vertx;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.tracing.TracingPolicy;
import io.vertx.grpc.common.GrpcHeaderNames;
import io.vertx.grpc.common.GrpcStatus;
import io.vertx.grpc.server.GrpcProtocol;
import io.vertx.grpc.server.GrpcServer;
import io.vertx.grpc.server.GrpcServerOptions;
import java.util.concurrent.TimeUnit;

/**
 * The gRPC server of the api port: HTTP/2 only, messages uncompressed and bounded, connections that
 * say nothing closed. Several share the port, one on each event loop.
 */
final class ApiServer {
  private static final int MAX_STREAMS = 20_000;
  private static final int CONNECTION_WINDOW_BYTES = 16 << 20;
  private static final int MAX_RESETS = 200;
  private static final int RESET_WINDOW_SECONDS = 30;

  /** Vert.x: a free port, the same one for all instances of a deployment. */
  private static final int ANY_SHARED_PORT = -1;

  /** Longer than any worker may be told to stay silent: a minute and a half. */
  private static final int READ_IDLE_SECONDS = 120;

  private ApiServer() {}

  static HttpServerOptions options(DispatchOptions options) {
    return new HttpServerOptions()
        .setHost(options.host())
        .setPort(options.port() == 0 ? ANY_SHARED_PORT : options.port())
        .setInitialSettings(new Http2Settings().setMaxConcurrentStreams(MAX_STREAMS))
        .setHttp2ConnectionWindowSize(CONNECTION_WINDOW_BYTES)
        .setHttp2RstFloodMaxRstFramePerWindow(MAX_RESETS)
        .setHttp2RstFloodWindowDuration(RESET_WINDOW_SECONDS)
        .setHttp2RstFloodWindowDurationTimeUnit(TimeUnit.SECONDS)
        .setReadIdleTimeout(READ_IDLE_SECONDS)
        .setIdleTimeoutUnit(TimeUnit.SECONDS)
        .setTracingPolicy(TracingPolicy.IGNORE)
        .setTcpNoDelay(true);
  }

  static GrpcServer grpc(Vertx vertx) {
    GrpcServerOptions options =
        new GrpcServerOptions()
            .setMaxMessageSize(Limits.MAX_MESSAGE_BYTES)
            .setScheduleDeadlineAutomatically(true);
    for (GrpcProtocol protocol : GrpcProtocol.values()) {
      if (protocol != GrpcProtocol.HTTP_2) options.removeEnabledProtocol(protocol);
    }
    return GrpcServer.server(vertx, options);
  }

  static HttpServer http(Vertx vertx, DispatchOptions options, GrpcServer grpc) {
    return vertx.createHttpServer(options(options)).requestHandler(request -> admit(request, grpc));
  }

  private static void admit(HttpServerRequest request, GrpcServer grpc) {
    String encoding = request.getHeader(GrpcHeaderNames.GRPC_ENCODING);
    if (request.version() != HttpVersion.HTTP_2) {
      request.response().setStatusCode(505).end();
      request.connection().close();
    } else if (encoding != null && !"identity".equals(encoding)) {
      // Before the gRPC server, which would inflate without limit.
      request
          .response()
          .putHeader("content-type", "application/grpc")
          .putHeader(GrpcHeaderNames.GRPC_STATUS, GrpcStatus.UNIMPLEMENTED.toString())
          .putHeader(GrpcHeaderNames.GRPC_MESSAGE, "grpc-encoding must be identity")
          .end();
    } else {
      grpc.handle(request);
    }
  }
}
