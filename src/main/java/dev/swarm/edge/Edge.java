package dev.swarm.edge;

import dev.swarm.model.EdgeLimits;
import dev.swarm.model.Limits;
import dev.swarm.model.TimeSource;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.util.concurrent.EventExecutor;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.impl.HttpServerImpl;
import io.vertx.core.internal.VertxInternal;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What guards one port. Servers that share a port are guarded by the edge of the one that bound it.
 * Safe for any thread.
 */
public final class Edge {
  /** Who is to make room is looked for no more often: it takes a look at every connection. */
  private static final long LOOK_NANOS = 25_000_000;

  /** The followers of a leader, each of them twice while its last connection is not missed. */
  static final int SPARED = 2 * (Limits.MAX_MANAGERS - 1);

  /** Of them, so that one address does not take what all managers need. */
  static final int SPARED_OF_ADDRESS = SPARED / 2;

  private final EdgeLimits limits;
  private final TimeSource time;
  private final boolean http2Only;
  private final Places places;
  private final EdgeMeters meters;
  private final AtomicLong unfinishedBytes = new AtomicLong();
  private final AtomicLong lookedNanos;
  private final Places spared = new Places(SPARED, SPARED_OF_ADDRESS);
  private volatile boolean closed;
  private final Map<EventExecutor, Rounds> rounds = new ConcurrentHashMap<>();

  private Edge(
      EdgeLimits limits,
      TimeSource time,
      MeterRegistry registry,
      String port,
      Places places,
      boolean http2Only) {
    this.limits = limits;
    this.time = time;
    this.http2Only = http2Only;
    this.places = places;
    this.meters = new EdgeMeters(registry, port, places);
    this.lookedNanos = new AtomicLong(time.nanos());
  }

  /** Of the port of workers and links: HTTP/2 alone. */
  public static Edge ofApi(EdgeLimits limits, TimeSource time, MeterRegistry registry) {
    Places places = new Places(limits.connections(), limits.connectionsPerAddress());
    return new Edge(limits, time, registry, "api", places, true);
  }

  /**
   * Of the operators' port: lives on the reserve that the other one leaves. One address takes half
   * of it at most, so that it shuts nobody else out.
   */
  public static Edge ofHttp(EdgeLimits limits, TimeSource time, MeterRegistry registry) {
    Places places = new Places(limits.httpConnections(), limits.httpConnections() / 2);
    return new Edge(limits, time, registry, "http", places, false);
  }

  /** A server behind this edge. */
  public HttpServer server(Vertx vertx, HttpServerOptions options) {
    return new HttpServerImpl(new GuardedVertx((VertxInternal) vertx, this::doorway), options);
  }

  /** Its port is closed: whoever loses a connection now is not to blame. */
  public void close() {
    closed = true;
    meters.close();
  }

  private Doorway doorway() {
    return new Doorway(this, places);
  }

  EdgeLimits limits() {
    return limits;
  }

  boolean http2Only() {
    return http2Only;
  }

  boolean closed() {
    return closed;
  }

  long nanos() {
    return time.nanos();
  }

  void count(Refused reason, Object who) {
    meters.refused(reason, who, time.nanos());
  }

  /** A connection keeps so many bytes more, or less, of messages without an end. */
  void keeps(long more) {
    if (more != 0) unfinishedBytes.addAndGet(more);
  }

  /** Bytes of messages without an end, of all connections. */
  long unfinishedBytes() {
    return unfinishedBytes.get();
  }

  /**
   * One who says that it is a manager has messages without an end that do not count; false when as
   * many as there can be say so, for anybody may.
   */
  boolean spare(Object address) {
    return spared.take(address) == null;
  }

  /** One that was spared is gone. */
  void spareNoMore(Object address) {
    spared.free(address);
  }

  /** When all connections keep more than they may, the heaviest of them are closed. */
  void makeRoom(long now) {
    long excess = unfinishedBytes() - limits.unfinishedBytes();
    long looked = lookedNanos.get();
    if (excess <= 0 || now - looked < LOOK_NANOS) return;
    if (!lookedNanos.compareAndSet(looked, now)) return;
    List<Heaviest.Load> loads = rounds.values().stream().flatMap(Rounds::loads).toList();
    Heaviest.of(loads, excess).forEach(Caller::makeRoom);
  }

  /** Of the operators' port the number of places is the limit: they are part of the reserve. */
  void countDescriptors() {
    if (http2Only) places.afford(Descriptors.free() - limits.reservedDescriptors());
  }

  Rounds rounds(EventExecutor executor) {
    return rounds.computeIfAbsent(executor, loop -> new Rounds(loop, time));
  }
}
