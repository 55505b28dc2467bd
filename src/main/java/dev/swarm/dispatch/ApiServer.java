package dev.swarm.dispatch;

import dev.swarm.edge.Caller;
import dev.swarm.edge.Edge;
import dev.swarm.edge.Refused;
import dev.swarm.model.Limits;
import dev.swarm.wire.GrpcMethods;
import dev.swarm.wire.HalfClosed;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.tracing.TracingPolicy;
import io.vertx.grpc.common.GrpcHeaderNames;
import io.vertx.grpc.common.GrpcStatus;
import io.vertx.grpc.server.GrpcProtocol;
import io.vertx.grpc.server.GrpcServer;
import io.vertx.grpc.server.GrpcServerOptions;
import io.vertx.grpc.server.GrpcServerRequest;
import java.util.concurrent.TimeUnit;

/**
 * The gRPC server of the api port: gRPC over HTTP/2 only, messages uncompressed and bounded.
 * Several share the port, one on each event loop.
 */
final class ApiServer {
  /** The two streams of a link must never wait for one another. */
  private static final int CONNECTION_WINDOW_BYTES = 16 << 20;

  private static final int RESET_WINDOW_SECONDS = 30;

  /** Who takes less than this could not be told how its call ended. */
  private static final int LEAST_HEADER_BYTES = 1_024;

  /** Vert.x: a free port, the same one for all instances of a deployment. */
  private static final int ANY_SHARED_PORT = -1;

  private ApiServer() {}

  static HttpServerOptions options(DispatchOptions options) {
    return new HttpServerOptions()
        .setHost(options.host())
        .setPort(options.port() == 0 ? ANY_SHARED_PORT : options.port())
        .setInitialSettings(
            new Http2Settings()
                .setMaxConcurrentStreams(options.limits().streams())
                .setMaxHeaderListSize(options.limits().headerBytes()))
        .setHttp2ConnectionWindowSize(CONNECTION_WINDOW_BYTES)
        .setHttp2RstFloodMaxRstFramePerWindow(options.limits().resets())
        .setHttp2RstFloodWindowDuration(RESET_WINDOW_SECONDS)
        .setHttp2RstFloodWindowDurationTimeUnit(TimeUnit.SECONDS)
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
    return GrpcServer.server(vertx, options).callHandler(unknown -> refuse(vertx, unknown));
  }

  private static void refuse(Vertx vertx, GrpcServerRequest<Buffer, Buffer> unknown) {
    Caller.of(unknown.connection()).offend(Refused.METHOD);
    unknown
        .response()
        .status(GrpcStatus.UNIMPLEMENTED)
        .statusMessage("no method " + unknown.fullMethodName())
        .end();
    HalfClosed.resetLater(vertx, unknown);
  }

  static HttpServer http(Vertx vertx, DispatchOptions options, Edge edge, GrpcServer grpc) {
    return edge.server(vertx, options(options))
        .requestHandler(request -> admit(vertx, request, grpc));
  }

  private static void admit(Vertx vertx, HttpServerRequest request, GrpcServer grpc) {
    Caller caller = Caller.of(request.connection());
    String encoding = request.getHeader(GrpcHeaderNames.GRPC_ENCODING);
    if (request.connection().remoteSettings().getMaxHeaderListSize() < LEAST_HEADER_BYTES) {
      caller.cut(Refused.SETTINGS);
    } else if (!isGrpc(request.getHeader(HttpHeaders.CONTENT_TYPE))) {
      caller.offend(Refused.METHOD);
      request.response().setStatusCode(415).end();
      HalfClosed.resetLater(vertx, request);
    } else if (encoding != null && !"identity".equals(encoding)) {
      // Before the gRPC server, which would inflate without limit.
      caller.offend(Refused.COMPRESSION);
      refuse(request, "grpc-encoding must be identity");
      HalfClosed.resetLater(vertx, request);
    } else {
      // A message flagged as compressed all the same then says so, instead of failing unanswered.
      request.headers().set(GrpcHeaderNames.GRPC_ENCODING, GrpcMethods.UNCOMPRESSED);
      grpc.handle(request);
    }
  }

  private static boolean isGrpc(String contentType) {
    return contentType != null && contentType.matches("application/grpc(\\+proto)?(;.*)?");
  }

  private static void refuse(HttpServerRequest request, String text) {
    request
        .response()
        .putHeader(HttpHeaders.CONTENT_TYPE, "application/grpc")
        .putHeader(GrpcHeaderNames.GRPC_STATUS, GrpcStatus.UNIMPLEMENTED.toString())
        .putHeader(GrpcHeaderNames.GRPC_MESSAGE, text)
        .end();
  }
}
