package dev.swarm.worker;

import dev.swarm.model.Limits;
import dev.swarm.v1.ManagerMessage;
import dev.swarm.v1.WorkerMessage;
import dev.swarm.wire.GrpcMethods;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.grpc.client.GrpcClient;
import io.vertx.grpc.client.GrpcClientOptions;
import io.vertx.grpc.client.GrpcClientRequest;
import io.vertx.grpc.client.impl.GrpcClientImpl;
import java.util.concurrent.atomic.AtomicInteger;

/** What the agents of a process share to reach managers: each stream has its own TCP connection. */
public final class AgentConnections {
  /** A manager that does not accept a connection in this time counts as unreachable. */
  public static final int CONNECT_TIMEOUT_MILLIS = 2_000;

  /** Connections to one manager; a process has no more descriptors than that anyway. */
  private static final int MAX_CONNECTIONS = 20_000;

  /** A connection that no stream uses is closed after so many seconds. */
  private static final int IDLE_SECONDS = 1;

  private final HttpClient http;
  private final GrpcClient grpc;
  private final AtomicInteger connected = new AtomicInteger();

  private AgentConnections(Vertx vertx, HttpClient http) {
    this.http = http;
    this.grpc = new WideClient(vertx, http);
  }

  /** Connections without TLS, HTTP/2 from the first byte. */
  public static AgentConnections create(Vertx vertx) {
    HttpClientOptions options =
        new HttpClientOptions()
            .setProtocolVersion(HttpVersion.HTTP_2)
            .setHttp2ClearTextUpgrade(false)
            .setHttp2MultiplexingLimit(1)
            .setHttp2KeepAliveTimeout(IDLE_SECONDS)
            .setHttp2ConnectionWindowSize(Limits.MAX_MESSAGE_BYTES)
            .setConnectTimeout(CONNECT_TIMEOUT_MILLIS)
            .setTcpNoDelay(true);
    PoolOptions pool =
        new PoolOptions().setHttp2MaxSize(MAX_CONNECTIONS).setMaxWaitQueueSize(MAX_CONNECTIONS);
    return new AgentConnections(vertx, vertx.httpClientBuilder().with(options).with(pool).build());
  }

  Future<GrpcClientRequest<WorkerMessage, ManagerMessage>> dial(Manager manager) {
    try {
      return grpc.request(
          SocketAddress.inetSocketAddress(manager.port(), manager.host()),
          GrpcMethods.SESSION_CLIENT);
    } catch (IllegalStateException closed) {
      return Future.failedFuture(closed);
    }
  }

  /** Agents that have a session now, all of this process together. */
  AtomicInteger connected() {
    return connected;
  }

  /** Makes the gauge of all agents of this process; the first one does it for all. */
  void register(MeterRegistry meters) {
    if (meters.find("swarm.agent.connected").gauge() != null) return;
    Gauge.builder("swarm.agent.connected", connected, AtomicInteger::get)
        .description("Agents of this process that have a session")
        .register(meters);
  }

  /** Closes all connections. */
  public Future<Void> close() {
    return http.close();
  }

  /** The public factory for a client on given connections leaves messages at 256 KiB. */
  private static final class WideClient extends GrpcClientImpl {
    WideClient(Vertx vertx, HttpClient http) {
      super(
          vertx, new GrpcClientOptions().setMaxMessageSize(Limits.MAX_MESSAGE_BYTES), http, false);
    }
  }
}
