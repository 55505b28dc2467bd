package dev.swarm.edge;

import io.vertx.core.internal.VertxInternal;
import io.vertx.core.internal.VertxWrapper;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.impl.NetServerImpl;
import io.vertx.core.net.impl.NetServerInternal;
import io.vertx.core.spi.transport.Transport;
import java.util.function.Supplier;

/**
 * The same Vert.x, except that what listens through it has a doorway. Vert.x has no hook where a
 * connection is accepted; Netty has one, and the transport is where Vert.x lets Netty be reached.
 */
final class GuardedVertx extends VertxWrapper {
  private final Transport transport;

  GuardedVertx(VertxInternal vertx, Supplier<Doorway> doorway) {
    super(vertx);
    this.transport = new GuardedTransport(vertx.transport(), doorway);
  }

  @Override
  public Transport transport() {
    return transport;
  }

  @Override
  public NetServerInternal createNetServer(NetServerOptions options) {
    return new NetServerImpl(this, options);
  }
}
