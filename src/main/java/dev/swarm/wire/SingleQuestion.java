package dev.swarm.wire;

import dev.swarm.edge.Caller;
import dev.swarm.edge.Refused;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.grpc.common.CodecException;
import io.vertx.grpc.common.GrpcMessage;
import io.vertx.grpc.common.GrpcStatus;
import io.vertx.grpc.common.ServiceMethod;
import io.vertx.grpc.server.GrpcServer;
import io.vertx.grpc.server.GrpcServerRequest;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A call with one question and one answer, of a caller that nobody knows: it must ask as soon as a
 * worker must say Hello, once, and so that it can be read.
 */
public final class SingleQuestion<Q, R> {
  private static final Logger log = LoggerFactory.getLogger(SingleQuestion.class);

  private final Vertx vertx = Vertx.currentContext().owner();
  private final GrpcServerRequest<Q, R> request;
  private final ServiceMethod<Q, R> method;
  private final Function<Q, Future<R>> handler;
  private final Caller caller;
  private long timer;
  private boolean asked;
  private boolean over;

  private SingleQuestion(
      GrpcServerRequest<Q, R> request, ServiceMethod<Q, R> method, Function<Q, Future<R>> handler) {
    this.request = request;
    this.method = method;
    this.handler = handler;
    caller = Caller.of(request.connection());
  }

  /** Serves this method on this server; the handler may fail or throw. */
  public static <Q, R> void serve(
      GrpcServer server, ServiceMethod<Q, R> method, Function<Q, Future<R>> handler) {
    server.callHandler(method, request -> new SingleQuestion<>(request, method, handler).begin());
  }

  private void begin() {
    timer =
        vertx.setTimer(
            caller.helloMillis(),
            late -> unasked(GrpcStatus.DEADLINE_EXCEEDED, "no question came in time"));
    request.messageHandler(this::decode);
    request.invalidMessageHandler(
        invalid -> refuse(Refused.MESSAGE_BYTES, "message is over the limit"));
    request.endHandler(
        ended -> {
          if (!asked) unasked(GrpcStatus.INVALID_ARGUMENT, "no question came");
        });
    request.exceptionHandler(failure -> lost());
    request.errorHandler(error -> lost());
    request.response().exceptionHandler(failure -> lost());
  }

  private void unasked(GrpcStatus status, String text) {
    end(status, text);
    caller.saidNoHello();
  }

  private void decode(GrpcMessage message) {
    vertx.cancelTimer(timer);
    if (asked) {
      refuse(Refused.MESSAGES, "one question is answered, not more");
      return;
    }
    asked = true;
    if (!"identity".equals(message.encoding())) {
      refuse(Refused.COMPRESSION, "messages must not be compressed");
      return;
    }
    Q question;
    try {
      question = method.decoder().decode(message);
    } catch (CodecException unreadable) {
      refuse(Refused.MALFORMED, "the question cannot be read");
      return;
    }
    Future.succeededFuture(question)
        .compose(handler)
        .onSuccess(this::answer)
        .onFailure(failure -> end(GrpcFailures.status(failure), GrpcFailures.text(failure)));
  }

  private void refuse(Refused reason, String text) {
    asked = true;
    caller.offend(reason);
    end(GrpcStatus.INVALID_ARGUMENT, text);
  }

  private void answer(R answer) {
    finish(() -> request.response().end(answer));
  }

  private void end(GrpcStatus status, String text) {
    finish(() -> request.response().status(status).statusMessage(text).end());
  }

  private void finish(Runnable last) {
    if (over) return;
    lost();
    try {
      last.run();
    } catch (IllegalStateException gone) {
      log.trace("call was closed before its answer", gone);
      return;
    }
    HalfClosed.resetLater(vertx, request);
  }

  private void lost() {
    over = true;
    vertx.cancelTimer(timer);
  }
}
