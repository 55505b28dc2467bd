package dev.swarm.worker;

import dev.swarm.v1.ManagerMessage;
import dev.swarm.v1.WorkerMessage;
import dev.swarm.wire.GrpcFailures;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.grpc.client.GrpcClientRequest;
import io.vertx.grpc.client.GrpcClientResponse;
import io.vertx.grpc.common.GrpcStatus;

/** One gRPC stream to a manager. Its end is told once, unless the agent itself ended it. */
final class ManagerStream {
  /** A manager has so long to end a stream that the agent has ended. */
  private static final long CLOSING_MILLIS = 2_000;

  /** What the stream's owner is told, on its event loop. */
  interface Listener {
    /** It is this stream's turn to dial, and it does. */
    void dialling();

    /** The connection is there, and the first message on its way. */
    void connected();

    /** The manager said something. */
    void heard(ManagerMessage message);

    /** The stream is over, and this was not the agent's doing. */
    void ended(EndReason reason, String text, int retryAfterMillis);
  }

  private final Vertx vertx;
  private final Manager manager;
  private final Listener listener;
  private GrpcClientRequest<WorkerMessage, ManagerMessage> out;
  private GrpcClientResponse<WorkerMessage, ManagerMessage> in;
  private boolean over;
  private boolean paused;

  ManagerStream(Vertx vertx, Manager manager, Listener listener) {
    this.vertx = vertx;
    this.manager = manager;
    this.listener = listener;
  }

  /** Dials when it is its turn, and sends the first message. */
  void open(AgentConnections connections, WorkerMessage hello) {
    connections
        .dial(manager, this::begins)
        .onSuccess(request -> connected(request, hello))
        .onFailure(failure -> end(EndReason.UNREACHABLE, failure.getMessage()));
  }

  private boolean begins() {
    if (!over) listener.dialling();
    return !over;
  }

  private void connected(
      GrpcClientRequest<WorkerMessage, ManagerMessage> request, WorkerMessage hello) {
    out = request;
    // What fails on the way out is seen on the way in as well.
    request.exceptionHandler(failure -> end(EndReason.LOST, failure.getMessage()));
    if (over) {
      request.connection().close();
      return;
    }
    send(hello);
    listener.connected();
    request
        .response()
        .onSuccess(this::answered)
        .onFailure(failure -> end(EndReason.LOST, failure.getMessage()));
  }

  private void answered(GrpcClientResponse<WorkerMessage, ManagerMessage> response) {
    in = response;
    if (paused) response.pause();
    response.handler(this::hear);
    response.exceptionHandler(failure -> end(EndReason.LOST, failure.getMessage()));
    response.endHandler(ended -> endedByManager(response));
  }

  private void endedByManager(GrpcClientResponse<?, ?> response) {
    if (!over && halfClose()) out.connection().close();
    boolean overloaded = response.status() == GrpcStatus.RESOURCE_EXHAUSTED;
    end(
        overloaded ? EndReason.OVERLOADED : EndReason.LOST,
        statusText(response),
        Math.max(
            GrpcFailures.retryAfterMillis(response.headers()), // of a stream that only ends
            GrpcFailures.retryAfterMillis(response.trailers())));
  }

  private static String statusText(GrpcClientResponse<?, ?> response) {
    GrpcStatus status = response.status();
    String text = response.statusMessage();
    return "stream ended: " + status + (text == null ? "" : " " + text);
  }

  private void hear(ManagerMessage message) {
    if (!over) listener.heard(message);
  }

  private void end(EndReason reason, String text) {
    end(reason, text, 0);
  }

  private void end(EndReason reason, String text, int retryAfterMillis) {
    if (over) return;
    over = true;
    listener.ended(reason, text == null ? "" : text, retryAfterMillis);
  }

  /** Sends, if the stream still lives; otherwise its end is on the way to us. */
  Future<Void> send(WorkerMessage message) {
    if (over || out == null) return Future.failedFuture("stream is over");
    try {
      return out.write(message);
    } catch (IllegalStateException gone) {
      return Future.failedFuture(gone);
    }
  }

  /** Whether the manager does not read as fast as we write. */
  boolean full() {
    return over || out == null || out.writeQueueFull();
  }

  boolean paused() {
    return paused;
  }

  /** Reads no more until told to go on. */
  void pause() {
    paused = true;
    if (in != null) in.pause();
  }

  /** Reads on. */
  void resume() {
    if (!paused) return;
    paused = false;
    if (in != null) in.resume();
  }

  /** Ends the stream in order; the manager ends its half, or is cut off. */
  void close() {
    if (over) return;
    over = true;
    if (out == null) return;
    resume();
    if (!halfClose()) return;
    long cut = vertx.setTimer(CLOSING_MILLIS, id -> out.connection().close());
    if (in == null) return;
    in.end()
        .onComplete(
            ended -> {
              vertx.cancelTimer(cut);
              out.connection().close(); // no other stream will ever use it
            });
  }

  /** Says that we say no more; false when nobody is there to hear it. */
  private boolean halfClose() {
    try {
      out.end();
      return true;
    } catch (IllegalStateException gone) {
      return false;
    }
  }

  /** Cuts the connection: the manager does not answer. */
  void drop() {
    over = true;
    if (out != null) out.connection().close();
  }
}
