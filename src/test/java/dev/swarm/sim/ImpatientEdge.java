package dev.swarm.sim;

import dev.swarm.model.EdgeLimits;

/** Edges that wait for less than a second, so that a test need not wait for five. */
public final class ImpatientEdge {
  private static final int HELLO_MILLIS = 300;

  private ImpatientEdge() {}

  /** One that waits 300 ms for a first message, and otherwise is as any other. */
  public static EdgeLimits limits() {
    EdgeLimits some = EdgeLimits.DEFAULT;
    return limits(
        some.connections(),
        some.connectionsPerAddress(),
        some.handshakeMillis(),
        some.requestMillis());
  }

  /** The same with so many connections, and so long for the handshake and for a request. */
  public static EdgeLimits limits(
      int connections, int perAddress, int handshakeMillis, int requestMillis) {
    EdgeLimits some = EdgeLimits.DEFAULT;
    return new EdgeLimits(
        connections,
        perAddress,
        some.httpConnections(),
        some.reservedDescriptors(),
        handshakeMillis,
        requestMillis,
        HELLO_MILLIS,
        some.idleMillis(),
        some.streams(),
        some.headerBytes(),
        some.helloBytes(),
        some.messageBytes(),
        some.framesPerSecond(),
        some.resets(),
        some.messagesPerSecond(),
        some.beatFactor(),
        some.offences(),
        some.sessionsPerSecond(),
        some.sessionsPerWorker());
  }
}
