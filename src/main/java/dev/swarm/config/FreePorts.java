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
 * its return and the moment in which somebody listens there. Processes that choose side by side, as
 * tests do, are given a part of their own each: system property {@code swarm.ports.part}, from 1 to
 * 6.
 */
public final class FreePorts implements ToIntFunction<String>, AutoCloseable {
  private static final int FIRST = 10_000;
  private static final int PORTS = 21_600;
  private static final int PARTS = 6;
  private static final int ATTEMPTS = 1_000;

  private final RandomGenerator random;
  private final int part;
  private final List<ServerSocket> held = new ArrayList<>();

  /** Has found none yet. */
  public FreePorts(RandomGenerator random) {
    this(random, Integer.getInteger("swarm.ports.part", 0));
  }

  /** The same in one part of all ports, or in all for 0. */
  FreePorts(RandomGenerator random, int part) {
    this.random = random;
    this.part = part;
  }

  /** One of this host; throws CONFLICT when there is none. */
  @Override
  public int applyAsInt(String host) {
    IOException last = null;
    for (int i = 0; i < ATTEMPTS; i++) {
      try {
        int port = draw();
        held.add(new ServerSocket(port, 1, InetAddress.getByName(host)));
        return port;
      } catch (IOException taken) {
        last = taken;
      }
    }
    throw new SwarmException(
        SwarmException.Kind.CONFLICT, "no free port on " + host + ": " + last.getMessage());
  }

  private int draw() {
    if (part == 0) return FIRST + random.nextInt(PORTS);
    int size = PORTS / PARTS;
    return FIRST + Math.floorMod(part - 1, PARTS) * size + random.nextInt(size);
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
