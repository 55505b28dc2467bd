package dev.swarm.forward;

import io.vertx.core.Vertx;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** A TCP proxy that can swallow everything without closing anything, as a broken network does. */
final class FlakyProxy {
  private final Vertx vertx;
  private final int targetPort;
  private final NetServer server;
  private final Set<NetSocket> open = ConcurrentHashMap.newKeySet();
  private final AtomicInteger accepted = new AtomicInteger();
  private volatile boolean swallowing;

  /** Forwards to this port; 0 to nobody, ever. */
  FlakyProxy(Vertx vertx, int targetPort) {
    this.vertx = vertx;
    this.targetPort = targetPort;
    server = Answer.of(vertx.createNetServer().connectHandler(this::accept).listen(0, "127.0.0.1"));
  }

  private void accept(NetSocket near) {
    accepted.incrementAndGet();
    open.add(near);
    near.closeHandler(closed -> open.remove(near));
    if (targetPort == 0) return;
    near.pause();
    vertx
        .createNetClient()
        .connect(targetPort, "127.0.0.1")
        .onSuccess(
            far -> {
              pump(near, far);
              pump(far, near);
              near.resume();
            });
  }

  private void pump(NetSocket from, NetSocket to) {
    from.handler(
        bytes -> {
          if (!swallowing) to.write(bytes);
        });
    from.endHandler(
        ended -> {
          if (!swallowing) to.close();
        });
  }

  void swallow(boolean everything) {
    swallowing = everything;
  }

  String address() {
    return "127.0.0.1:" + server.actualPort();
  }

  int openConnections() {
    return open.size();
  }

  int acceptedConnections() {
    return accepted.get();
  }
}
