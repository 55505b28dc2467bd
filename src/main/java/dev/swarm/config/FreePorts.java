package dev.swarm.config;

import dev.swarm.model.SwarmException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;
import java.util.random.RandomGenerator;

/**
 * Ports that nobody uses; each is held until all are given back, so that none comes twice. They lie
 * below those that systems give to outgoing connections: one of these could take the port between
 * its return and the moment in which somebody listens there.
 */
public final class FreePorts implements ToIntFunction<String>, AutoCloseable {
  private static final int FIRST = 10_000;
  private static final int BEHIND_LAST = 32_000;
  private static final int ATTEMPTS = 1_000;

  private final RandomGenerator random;
  private final List<ServerSocket> held = new ArrayList<>();

  /** Has found none yet. */
  public FreePorts(RandomGenerator random) {
    this.random = random;
  }

  /** One of this host; throws CONFLICT when there is none. */
  @Override
  public int applyAsInt(String host) {
    IOException last = null;
    for (int i = 0; i < ATTEMPTS; i++) {
      try {
        int port = random.nextInt(FIRST, BEHIND_LAST);
        held.add(new ServerSocket(port, 1, InetAddress.getByName(host)));
        return port;
      } catch (IOException taken) {
        last = taken;
      }
    }
    throw new SwarmException(
        SwarmException.Kind.CONFLICT, "no free port on " + host + ": " + last.getMessage());
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
