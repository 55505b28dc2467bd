package dev.swarm.dispatch;

import dev.swarm.model.Worker;
import dev.swarm.v1.Disconnect;
import dev.swarm.v1.DisconnectReason;
import dev.swarm.v1.ManagerMessage;
import io.vertx.grpc.common.GrpcStatus;
import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends streams: says why, gives the worker two seconds to close its side, and resets what is left.
 */
final class Farewells {
  private static final Logger log = LoggerFactory.getLogger(Farewells.class);
  private static final long LINGER_NANOS = 2_000_000_000L;

  /** The worker has a session, of the same process, that it asked for later. */
  static final String OVERTAKEN = "a later dial was granted";

  /** A stream that ends at that moment; {@code told} why, or not yet. */
  private record Lingering(WorkerStream stream, long untilNanos, boolean told) {}

  private final Desk desk;
  private final Deque<Lingering> lingering = new ArrayDeque<>();

  Farewells(Desk desk) {
    this.desk = desk;
  }

  /** Says why and ends the stream. */
  void disconnect(WorkerStream stream, DisconnectReason reason, String text, int retryMillis) {
    stream.gone(why -> {});
    stream.ignore();
    stream.end(last(reason, text, retryMillis), statusOf(reason), retryMillis);
    linger(stream);
  }

  private static Disconnect last(DisconnectReason reason, String text, int retryMillis) {
    return Disconnect.newBuilder()
        .setReason(reason)
        .setText(text)
        .setRetryAfterMillis(retryMillis)
        .build();
  }

  private static GrpcStatus statusOf(DisconnectReason reason) {
    return switch (reason) {
      case DISCONNECT_REASON_LEFT -> GrpcStatus.OK;
      case DISCONNECT_REASON_EXPIRED, DISCONNECT_REASON_REPLACED -> GrpcStatus.ABORTED;
      case DISCONNECT_REASON_UNAVAILABLE, DISCONNECT_REASON_STOPPING -> GrpcStatus.UNAVAILABLE;
      case DISCONNECT_REASON_REFUSED -> GrpcStatus.INVALID_ARGUMENT;
      case DISCONNECT_REASON_TOO_SLOW, DISCONNECT_REASON_OVERLOADED ->
          GrpcStatus.RESOURCE_EXHAUSTED;
      case DISCONNECT_REASON_UNSPECIFIED, UNRECOGNIZED -> GrpcStatus.UNKNOWN;
    };
  }

  /** The log has ended a session: nothing more is sent in it, and nothing it says counts. */
  void retire(LiveSession session, Fate fate) {
    close(session, fate.name().toLowerCase(java.util.Locale.ROOT));
    WorkerStream stream = session.stream();
    stream.ignore();
    stream.gone(why -> {});
    switch (fate) {
      case EXPIRED ->
          disconnect(
              stream, DisconnectReason.DISCONNECT_REASON_EXPIRED, session.ref() + " expired", 0);
      case LEFT ->
          disconnect(stream, DisconnectReason.DISCONNECT_REASON_LEFT, session.ref() + " left", 0);
      case REPLACED -> {
        String text = takenOver(session);
        log.info("{}", text);
        Disconnect last = last(DisconnectReason.DISCONNECT_REASON_REPLACED, text, 0);
        stream.send(ManagerMessage.newBuilder().setDisconnect(last).build());
        linger(stream);
      }
      case MOVED, CURRENT -> linger(stream, false);
    }
  }

  private String takenOver(LiveSession session) {
    String id = session.ref().worker().value();
    Worker now = desk.state().workers().get(session.ref().worker());
    return "another process opened session "
        + (now == null ? "" : now.session().number() + " on manager " + now.session().manager())
        + " as worker "
        + id
        + " while session "
        + session.ref().number()
        + " was open: it has the worker now";
  }

  /** We end a session here; the log may go on knowing it until its TTL has passed. */
  void drop(LiveSession session, DisconnectReason reason, String text, String counted) {
    close(session, counted);
    disconnect(session.stream(), reason, text, 0);
  }

  /** The worker's stream is gone. */
  void gone(LiveSession session, String why) {
    close(session, why);
    gone(session.stream());
  }

  /** A stream is gone, or was refused: what the worker leaves open of it is reset. */
  void gone(WorkerStream stream) {
    if (stream.present()) linger(stream);
  }

  private void close(LiveSession session, String counted) {
    desk.sessions().remove(session);
    desk.meters().closed(counted);
    desk.meters().pending(-session.pending().size());
    session.batches().close();
    session.reports().close();
  }

  private void linger(WorkerStream stream) {
    linger(stream, true);
  }

  private void linger(WorkerStream stream, boolean told) {
    lingering.add(new Lingering(stream, desk.now() + LINGER_NANOS, told));
  }

  /** Ends, then resets, the streams whose workers have had their time. */
  void sweep(long now) {
    while (!lingering.isEmpty() && lingering.peek().untilNanos() <= now) {
      Lingering over = lingering.poll();
      if (!over.stream().open()) over.stream().cut();
      else end(over);
    }
  }

  /** Who moved and still waits for its Welcome elsewhere is not to hold that against us. */
  private void end(Lingering over) {
    WorkerStream stream = over.stream();
    if (over.told()) {
      stream.end(GrpcStatus.ABORTED, "replaced");
      linger(stream);
    } else {
      disconnect(stream, DisconnectReason.DISCONNECT_REASON_EXPIRED, OVERTAKEN, 0);
    }
  }
}
