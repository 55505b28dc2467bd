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
    int kept = EdgeLimits.DEFAULT.unfinishedBytes();
    return limits(connections, perAddress, handshakeMillis, requestMillis, kept);
  }

  /** One that keeps so many bytes of messages without an end. */
  public static EdgeLimits keeping(int unfinishedBytes) {
    EdgeLimits some = EdgeLimits.DEFAULT;
    return limits(
        some.connections(),
        some.connectionsPerAddress(),
        some.handshakeMillis(),
        some.requestMillis(),
        unfinishedBytes);
  }

  private static EdgeLimits limits(
      int connections,
      int perAddress,
      int handshakeMillis,
      int requestMillis,
      int unfinishedBytes) {
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
        unfinishedBytes,
        some.framesPerSecond(),
        some.resets(),
        some.messagesPerSecond(),
        some.beatFactor(),
        some.offences(),
        some.sessionsPerSecond(),
        some.sessionsPerWorker());
  }
}
