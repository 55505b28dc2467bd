package dev.swarm.worker;

import dev.swarm.model.Limits;
import dev.swarm.v1.ManagerMessage;
import dev.swarm.v1.WorkerMessage;
import dev.swarm.wire.GrpcMethods;
import dev.swarm.wire.OwnedClient;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.EventLoop;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.net.SocketAddress;
import io.vertx.grpc.client.GrpcClientRequest;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * What the agents of a process share to reach managers: each stream has its own TCP connection, and
 * agents of one event loop dial in turn while others of the process have sessions.
 */
public final class AgentConnections {
  /** A manager that does not accept a connection in this time counts as unreachable. */
  public static final int CONNECT_TIMEOUT_MILLIS = 2_000;

  /** Connections to one manager; a process has no more descriptors than that anyway. */
  private static final int MAX_CONNECTIONS = 20_000;

  /** Of one event loop: each takes it a millisecond or two while code is cold. */
  private static final int DIALS_AT_ONCE = 16;

  private static final Future<GrpcClientRequest<WorkerMessage, ManagerMessage>> UNWANTED =
      Future.failedFuture("no longer wanted");

  /** A connection that no stream uses is closed after so many seconds. */
  private static final int IDLE_SECONDS = 1;

  private final OwnedClient client;
  private final Vertx vertx;
  private final int places;
  private final Map<EventLoop, DialGate> gates = new ConcurrentHashMap<>();
  private final AtomicInteger connected = new AtomicInteger();

  private AgentConnections(Vertx vertx, OwnedClient client, int places) {
    this.vertx = vertx;
    this.client = client;
    this.places = places;
  }

  /** Without a connection yet; must be closed. */
  public static AgentConnections create(Vertx vertx) {
    return create(vertx, DIALS_AT_ONCE);
  }

  /** The same, with so many dials of an event loop at once. */
  static AgentConnections create(Vertx vertx, int places) {
    HttpClientOptions options =
        new HttpClientOptions()
            .setHttp2MultiplexingLimit(1)
            .setHttp2KeepAliveTimeout(IDLE_SECONDS)
            .setHttp2ConnectionWindowSize(Limits.MAX_MESSAGE_BYTES)
            .setConnectTimeout(CONNECT_TIMEOUT_MILLIS)
            .setTcpNoDelay(true);
    PoolOptions pool =
        new PoolOptions().setHttp2MaxSize(MAX_CONNECTIONS).setMaxWaitQueueSize(MAX_CONNECTIONS);
    return new AgentConnections(vertx, OwnedClient.forGrpc(vertx, options, pool), places);
  }

  /**
   * Dials the manager. While agents of this process have sessions it does so in turn with others of
   * its event loop; before, there are no heartbeats to make room for.
   *
   * @param begins asked when the turn has come: false when nobody wants the stream any more
   */
  Future<GrpcClientRequest<WorkerMessage, ManagerMessage>> dial(
      Manager manager, BooleanSupplier begins) {
    Supplier<Future<GrpcClientRequest<WorkerMessage, ManagerMessage>>> dial =
        () -> begins.getAsBoolean() ? connect(manager) : UNWANTED;
    if (connected.get() == 0) return dial.get();
    ContextInternal context = (ContextInternal) vertx.getOrCreateContext();
    return gates
        .computeIfAbsent(context.nettyEventLoop(), loop -> new DialGate(loop, places))
        .pass(context, dial);
  }

  private Future<GrpcClientRequest<WorkerMessage, ManagerMessage>> connect(Manager manager) {
    try {
      return client
          .grpc()
          .request(
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
    return client.close();
  }
}
