package dev.swarm.dispatch;

import dev.swarm.edge.Caller;
import dev.swarm.edge.Refused;
import dev.swarm.v1.Disconnect;
import dev.swarm.v1.DisconnectReason;
import dev.swarm.v1.ManagerMessage;
import dev.swarm.v1.Pong;
import dev.swarm.v1.WorkerMessage;
import dev.swarm.wire.GrpcFailures;
import dev.swarm.wire.GrpcMethods;
import io.vertx.grpc.common.CodecException;
import io.vertx.grpc.common.GrpcMessage;
import io.vertx.grpc.common.GrpcStatus;
import io.vertx.grpc.server.GrpcServerRequest;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One worker's gRPC stream. Whatever the worker sends or does, the worst that happens is that this
 * stream ends; whoever writes too late writes nothing.
 */
final class WorkerStream {
  /**
   * Above this the worker counts as one that does not read. Vert.x counts messages, and sixteen
   * batches can be eight megabytes.
   */
  private static final int MAX_UNSENT_BYTES = 64 << 10;

  private static final Logger log = LoggerFactory.getLogger(WorkerStream.class);

  private final GrpcServerRequest<WorkerMessage, ManagerMessage> request;
  private final int maxMessageBytes;
  private final LongConsumer unsent;
  private final Caller caller;
  private Consumer<WorkerMessage> listener = message -> {};
  private Runnable drained = () -> {};
  private Consumer<String> gone = why -> {};
  private boolean open = true;
  private boolean present = true;
  private Pong latePong;
  private long unsentBytes;
  private boolean blocked;

  /** The end of a stream whose worker does not read; null when none is owed. */
  private Runnable owedEnd;

  /**
   * A stream just opened.
   *
   * @param maxMessageBytes of what the worker says at a time
   * @param unsent told by how many bytes there are more, or less, that wait to be sent
   */
  WorkerStream(
      GrpcServerRequest<WorkerMessage, ManagerMessage> request,
      int maxMessageBytes,
      LongConsumer unsent) {
    this.request = request;
    this.maxMessageBytes = maxMessageBytes;
    this.caller = Caller.of(request.connection());
    this.unsent = unsent;
    request.messageHandler(this::decode);
    request.endHandler(
        ended -> {
          present = false;
          end(GrpcStatus.OK, null);
          leave("closed");
        });
    request.exceptionHandler(failure -> lose("lost"));
    request.errorHandler(error -> lose("cancelled"));
    request.invalidMessageHandler(invalid -> tooLarge());
    request.response().exceptionHandler(failure -> lose("lost"));
    request.response().drainHandler(drain -> unblock());
  }

  /** Who hears what the worker says. */
  void listener(Consumer<WorkerMessage> next) {
    listener = next;
  }

  /** Called when the worker reads again. */
  void drained(Runnable next) {
    drained = next;
  }

  /** Called once, when the worker has closed the stream or was lost, with the reason. */
  void gone(Consumer<String> next) {
    gone = next;
  }

  /** The one whose connection it is. */
  Caller caller() {
    return caller;
  }

  private void tooLarge() {
    caller.offend(Refused.MESSAGE_BYTES);
    fail(
        GrpcStatus.RESOURCE_EXHAUSTED,
        "message is over the limit of " + maxMessageBytes + " bytes");
  }

  private void decode(GrpcMessage message) {
    if (!open) return;
    if (message.payload().length() > maxMessageBytes) {
      tooLarge();
      return;
    }
    if (!"identity".equals(message.encoding())) {
      caller.offend(Refused.COMPRESSION);
      fail(GrpcStatus.UNIMPLEMENTED, "messages must not be compressed");
      return;
    }
    try {
      WorkerMessage decoded = GrpcMethods.SESSION_SERVER.decoder().decode(message);
      listener.accept(decoded);
    } catch (CodecException unreadable) {
      caller.offend(Refused.MALFORMED);
      fail(GrpcStatus.INVALID_ARGUMENT, "not a WorkerMessage");
    } catch (RuntimeException bug) {
      log.error("bug: a worker's message failed", bug);
      fail(GrpcStatus.INTERNAL, "internal error");
    }
  }

  /** Nothing more is wanted of the worker; it may still be told. */
  void ignore() {
    listener = message -> {};
    drained = () -> {};
  }

  private void unblock() {
    if (!blocked || !writable()) return;
    blocked = false;
    if (latePong != null) {
      Pong pong = latePong;
      latePong = null;
      send(ManagerMessage.newBuilder().setPong(pong).build());
    }
    drained.run();
  }

  /** Whether more may be written without it piling up here. */
  boolean writable() {
    boolean writable =
        open && unsentBytes < MAX_UNSENT_BYTES && !request.response().writeQueueFull();
    blocked |= !writable;
    return writable;
  }

  /** Whether the stream is neither ended by us nor gone. */
  boolean open() {
    return open;
  }

  /** Answers a beat; while the worker does not read, only the newest answer is kept. */
  void send(Pong pong) {
    if (writable()) send(ManagerMessage.newBuilder().setPong(pong).build());
    else latePong = pong;
  }

  /** Says something, if the stream is still there. */
  void send(ManagerMessage message) {
    if (!open) return;
    int bytes = message.getSerializedSize();
    try {
      unsentBytes += bytes;
      unsent.accept(bytes);
      request.response().write(message).onComplete(done -> sent(bytes));
    } catch (IllegalStateException tooLate) {
      lose("lost");
      sent(bytes);
    }
  }

  private void sent(int bytes) {
    unsentBytes -= bytes;
    unsent.accept(-bytes);
    if (unsentBytes == 0 && owedEnd != null) {
      Runnable end = owedEnd;
      owedEnd = null;
      end.run();
    }
    unblock();
  }

  /** Says why, then ends the stream, and says in both when to come again, unless that is 0. */
  void end(Disconnect last, GrpcStatus status, int retryAfterMillis) {
    send(ManagerMessage.newBuilder().setDisconnect(last).build());
    if (open && retryAfterMillis > 0) {
      request.response().trailers().set(GrpcFailures.RETRY_AFTER, "" + retryAfterMillis);
    }
    end(status, last.getText());
  }

  private void fail(GrpcStatus status, String text) {
    Disconnect last =
        Disconnect.newBuilder()
            .setReason(DisconnectReason.DISCONNECT_REASON_REFUSED)
            .setText(text)
            .build();
    end(last, status, 0);
    leave("refused");
  }

  /**
   * Ends the stream with a status, when everything before it is sent: of a worker that does not
   * read, Vert.x could not take back a status when the stream is cut.
   */
  void end(GrpcStatus status, String text) {
    if (!open) return;
    open = false;
    if (unsentBytes == 0) close(status, text);
    else owedEnd = () -> close(status, text);
  }

  private void close(GrpcStatus status, String text) {
    try {
      request.response().status(status).statusMessage(text).end();
    } catch (IllegalStateException tooLate) {
      log.trace("stream was closed before its end", tooLate);
    }
  }

  /** Resets what the worker has not closed after its end. */
  void cut() {
    open = false;
    if (!present()) return;
    owedEnd = null;
    try {
      request.response().cancel();
    } catch (IllegalStateException tooLate) {
      log.trace("stream was closed before it was cut", tooLate);
    }
  }

  /** Whether the worker has not closed its side yet, or has not read all of ours. */
  boolean present() {
    return present || owedEnd != null;
  }

  /** There is nothing left to write to. */
  private void lose(String why) {
    present = false;
    open = false;
    owedEnd = null;
    leave(why);
  }

  private void leave(String why) {
    Consumer<String> told = gone;
    gone = reason -> {};
    told.accept(why);
  }
}
