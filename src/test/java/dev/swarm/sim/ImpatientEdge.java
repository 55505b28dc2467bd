package dev.swarm.sim;

import dev.swarm.model.EdgeLimits;

/** An edge that waits 300 ms for a first message, so that a test need not wait for five seconds. */
public final class ImpatientEdge {
  private static final int HELLO_MILLIS = 300;

  private ImpatientEdge() {}

  /** What it allows. */
  public static EdgeLimits limits() {
    EdgeLimits some = EdgeLimits.DEFAULT;
    return new EdgeLimits(
        some.connections(),
        some.connectionsPerAddress(),
        some.httpConnections(),
        some.reservedDescriptors(),
        some.handshakeMillis(),
        some.requestMillis(),
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
