package dev.swarm.control;

import dev.swarm.model.TimeSource;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;

/**
 * One client that listens. It takes events from the log as fast as it can read them, so that a slow
 * one costs a write queue and no more. For one event loop.
 */
final class EventStream {
  private static final int PIECE_BYTES = 16 << 10;
  private static final Buffer COMMENT = Buffer.buffer(":\n\n");

  private final EventLog.Reader reader;
  private final HttpServerResponse response;
  private final TimeSource time;
  private final boolean follows;
  private final Promise<Void> ended = Promise.promise();

  /**
   * Sends nothing yet.
   *
   * @param follows whether it stays when it has all that there is
   */
  EventStream(
      EventLog.Reader reader, HttpServerResponse response, TimeSource time, boolean follows) {
    this.reader = reader;
    this.response = response;
    this.time = time;
    this.follows = follows;
  }

  /** Sends what there is; completes when the client is gone, or the stream has ended. */
  Future<Void> begin() {
    response.closeHandler(closed -> ended.tryComplete());
    response.exceptionHandler(lost -> ended.tryComplete());
    response.drainHandler(drained -> pump());
    response.write(COMMENT); // the head goes out, whether there are events or not
    pump();
    return ended.future();
  }

  /** There may be more events. */
  void pump() {
    while (!ended.future().isComplete() && !response.writeQueueFull()) {
      Buffer piece = piece();
      if (piece.length() > 0) response.write(piece);
      if (piece.length() >= PIECE_BYTES) continue;
      if (!follows) end();
      return;
    }
  }

  private Buffer piece() {
    Buffer piece = Buffer.buffer();
    Event event;
    while (piece.length() < PIECE_BYTES && (event = reader.next(time.millis())) != null) {
      piece.appendBuffer(event.text());
    }
    return piece;
  }

  /** Shows that it is alive, unless the client has enough to read. */
  void keepAlive() {
    if (!ended.future().isComplete() && !response.writeQueueFull()) response.write(COMMENT);
  }

  /** Ends it. */
  void end() {
    if (!ended.tryComplete()) return;
    response.end();
  }
}
