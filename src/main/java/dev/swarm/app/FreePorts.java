package dev.swarm.app;

import dev.swarm.model.SwarmException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;

/** Ports that nobody uses; each is held until all are given back, so that none comes twice. */
final class FreePorts implements ToIntFunction<String>, AutoCloseable {
  private final List<ServerSocket> held = new ArrayList<>();

  @Override
  public int applyAsInt(String host) {
    try {
      ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(host));
      held.add(socket);
      return socket.getLocalPort();
    } catch (IOException failure) {
      throw new SwarmException(
          SwarmException.Kind.CONFLICT, "no free port on " + host + ": " + failure.getMessage());
    }
  }

  @Override
  public void close() {
    for (ServerSocket socket : held) {
      try {
        socket.close();
      } catch (IOException leftOpen) {
        // Who wants to listen there will say that it is in use.
      }
    }
  }
}
