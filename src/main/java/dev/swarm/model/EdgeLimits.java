package dev.swarm.model;

/**
 * What strangers may ask of a manager's ports. Of this manager alone: not agreed.
 *
 * @param connections to the api port, at most; fewer when descriptors are short
 * @param connectionsPerAddress of them from one address
 * @param httpConnections to the http port, at most
 * @param reservedDescriptors file descriptors that connections to the api port leave to others
 * @param handshakeMillis within which a connection must have said that it speaks HTTP/2
 * @param requestMillis a connection may be without a request
 * @param helloMillis within which a stream must have said Hello
 * @param idleMillis a connection may be silent
 * @param streams open at a time on one connection
 * @param headerBytes of one request, at most
 * @param helloBytes of a Hello; a connection may send twice that before it is welcomed
 * @param messageBytes of a worker's message
 * @param unfinishedBytes kept, on all connections but a few of managers, of messages whose end has
 *     not come; one connection may have two messages of them
 * @param framesPerSecond of a connection that carry little; a request costs 25, a ping 5; before
 *     its welcome a connection has 300
 * @param resets of streams by the other side in 30 seconds
 * @param messagesPerSecond of a session
 * @param beatFactor a session is ended that beats so many times as often as told
 * @param offences that cost a connection
 * @param sessionsPerSecond that this manager lets be opened when it leads, and when it asks others
 *     to come again
 * @param sessionsPerWorker of them, in a minute, by one worker
 */
public record EdgeLimits(
    int connections,
    int connectionsPerAddress,
    int httpConnections,
    int reservedDescriptors,
    int handshakeMillis,
    int requestMillis,
    int helloMillis,
    int idleMillis,
    int streams,
    int headerBytes,
    int helloBytes,
    int messageBytes,
    int unfinishedBytes,
    int framesPerSecond,
    int resets,
    int messagesPerSecond,
    int beatFactor,
    int offences,
    int sessionsPerSecond,
    int sessionsPerWorker) {

  /** What counts when nothing is said. */
  public static final EdgeLimits DEFAULT =
      new EdgeLimits(
          20_000,
          2_000,
          200,
          300,
          5_000,
          5_000,
          5_000,
          120_000,
          100,
          8_192,
          64 << 10,
          Limits.MAX_MESSAGE_BYTES,
          32 << 20,
          5_000,
          200,
          2_000,
          3,
          3,
          2_000,
          20);

  /** Checks what must hold between them. */
  public EdgeLimits {
    if (connectionsPerAddress > connections) {
      throw SwarmException.badRequest(
          "limits.connectionsPerAddress: "
              + connectionsPerAddress
              + " is more than connections "
              + connections);
    }
    if (httpConnections >= reservedDescriptors) {
      throw SwarmException.badRequest(
          "limits.httpConnections: "
              + httpConnections
              + " must be fewer than reservedDescriptors "
              + reservedDescriptors);
    }
  }
}
