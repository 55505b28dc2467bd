package dev.swarm.forward;

import dev.swarm.model.SwarmException;
import dev.swarm.model.TimeSource;
import dev.swarm.v1.LinkDown;
import dev.swarm.v1.LinkHello;
import dev.swarm.v1.LinkUp;
import dev.swarm.wire.OwnedClient;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.net.SocketAddress;
import java.util.function.Consumer;

/**
 * One life of the link: a connection and its two streams, from dialling to the loss of any of them.
 * A client of its own makes sure that nothing of it, not even a half-made connection, survives it.
 */
final class LinkLife {
  private static final int CONNECT_MILLIS = 1_500;
  private static final long WELCOME_NANOS = 2_250_000_000L;
  private static final int SILENT_SECONDS = 3;
  private static final int CONNECTION_WINDOW = 16 << 20;
  private static final long EXPIRY_MILLIS = 250;

  private final Vertx vertx;
  private final ForwardOptions options;
  private final TimeSource time;
  private final Consumer<String> onLost;
  private final LinkStream urgent;
  private final LinkStream bulky;
  private final OwnedClient client;
  private Keepalive keepalive;
  private long begunNanos;
  private long expiryTimer;
  private boolean welcomed;
  private boolean lost;
  private Future<Void> closed;

  LinkLife(
      Vertx vertx,
      ForwardOptions options,
      TimeSource time,
      NewestTerm newestTerm,
      LinkMeters meters,
      Consumer<LinkDown> onNews,
      Consumer<String> onLost) {
    this.vertx = vertx;
    this.options = options;
    this.time = time;
    this.onLost = onLost;
    urgent = new LinkStream(time, newestTerm, meters, onNews, this::lose);
    bulky = new LinkStream(time, newestTerm, meters, onNews, this::lose);
    client = client(vertx);
  }

  /** Its pool is one HTTP/2 connection, which is Vert.x' default. */
  private static OwnedClient client(Vertx vertx) {
    HttpClientOptions transport =
        new HttpClientOptions()
            .setHttp2KeepAliveTimeout(0)
            .setHttp2ConnectionWindowSize(CONNECTION_WINDOW)
            .setConnectTimeout(CONNECT_MILLIS)
            .setReadIdleTimeout(SILENT_SECONDS);
    return OwnedClient.forGrpc(vertx, transport, new PoolOptions());
  }

  /** Dials; completes when both streams are welcomed. Tells of its loss in any case. */
  Future<Void> begin() {
    SocketAddress leader = SocketAddress.inetSocketAddress(options.port(), options.host());
    begunNanos = time.nanos();
    expiryTimer = vertx.setPeriodic(EXPIRY_MILLIS, id -> expire());
    return urgent
        .open(client.grpc(), leader, hello(false))
        .onSuccess(call -> keepalive = new Keepalive(vertx, call.connection()))
        .compose(first -> bulky.open(client.grpc(), leader, hello(true)))
        .onSuccess(second -> onWelcome())
        .onFailure(failure -> lose(failure.getMessage()))
        .mapEmpty();
  }

  private LinkUp.Builder hello(boolean large) {
    return LinkUp.newBuilder()
        .setHello(
            LinkHello.newBuilder()
                .setCluster(options.cluster())
                .setManager(options.manager())
                .setBoot(options.managerBoot())
                .setBulky(large));
  }

  private void onWelcome() {
    welcomed = true;
  }

  boolean welcomed() {
    return welcomed && !lost;
  }

  Future<LinkDown> ask(LinkKind kind, LinkUp.Builder body) {
    return (kind.bulky() ? bulky : urgent).ask(kind, body);
  }

  private void expire() {
    long now = time.nanos();
    if (!welcomed && now - begunNanos >= WELCOME_NANOS) {
      lose("no welcome in time");
      return;
    }
    urgent.expire(now);
    bulky.expire(now);
  }

  /** Ends this life, whoever notices first; all that waits fails with NO_LEADER. */
  void lose(String reason) {
    if (lost) return;
    end(reason);
    onLost.accept(reason);
  }

  /**
   * Ends this life on purpose; completes when nothing of it is left, whoever ended it, at the
   * latest after two seconds.
   */
  Future<Void> end(String reason) {
    if (lost) return closed;
    lost = true;
    vertx.cancelTimer(expiryTimer);
    if (keepalive != null) keepalive.stop();
    SwarmException failure =
        new SwarmException(SwarmException.Kind.NO_LEADER, "link to the leader lost: " + reason);
    closed = client.close();
    urgent.lose(failure);
    bulky.lose(failure);
    return closed;
  }
}
