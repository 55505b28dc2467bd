package dev.swarm.app;

import dev.swarm.sim.FakeConsensus;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The way to a manager, which can be cut, or fall silent without being cut. */
final class TcpProxy {
  private final NetClient client;
  private final NetServer server;
  private final int target;
  private final Set<NetSocket> near = ConcurrentHashMap.newKeySet();
  private volatile boolean refusing;
  private volatile boolean silent;

  TcpProxy(Vertx vertx, int target) {
    this.target = target;
    client = vertx.createNetClient();
    server =
        FakeConsensus.get(
            vertx.createNetServer().connectHandler(this::accept).listen(0, "127.0.0.1"));
  }

  private void accept(NetSocket socket) {
    if (refusing) {
      socket.close();
      return;
    }
    near.add(socket);
    socket.pause();
    client
        .connect(target, "127.0.0.1")
        .onSuccess(far -> join(socket, far))
        .onFailure(failure -> socket.close());
  }

  private void join(NetSocket socket, NetSocket far) {
    pump(socket, far);
    pump(far, socket);
    socket.closeHandler(
        closed -> {
          near.remove(socket);
          far.close();
        });
    far.closeHandler(closed -> socket.close());
    socket.resume();
  }

  private void pump(NetSocket from, NetSocket to) {
    from.handler(
        bytes -> {
          if (!silent) to.write(bytes);
        });
  }

  String address() {
    return "127.0.0.1:" + server.actualPort();
  }

  /** Closes all connections. */
  void cut() {
    List.copyOf(near).forEach(NetSocket::close);
  }

  /** Lets nobody through. */
  void refuse(boolean everybody) {
    refusing = everybody;
  }

  /** Swallows everything, and closes nothing: as if the manager's process were stopped. */
  void silent(boolean everything) {
    silent = everything;
  }
}
