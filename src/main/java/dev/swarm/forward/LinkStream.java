package dev.swarm.forward;

import dev.swarm.model.Limits;
import dev.swarm.model.SwarmException;
import dev.swarm.model.TimeSource;
import dev.swarm.v1.LinkDown;
import dev.swarm.v1.LinkUp;
import dev.swarm.wire.GrpcMethods;
import dev.swarm.wire.LinkMessages;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.net.SocketAddress;
import io.vertx.grpc.client.GrpcClient;
import io.vertx.grpc.client.GrpcClientRequest;
import io.vertx.grpc.client.GrpcClientResponse;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** One gRPC stream to the leader: numbers requests, queues while it is full, matches answers. */
final class LinkStream {
  /** Requests without an answer, queued or sent; more are OVERLOADED. */
  static final int MAX_PENDING = 1_024;

  /** Bytes of requests without an answer, queued or sent; more are OVERLOADED. */
  static final long MAX_PENDING_BYTES = 16L << 20;

  private final PendingRequests<Waiting> pending =
      new PendingRequests<>(MAX_PENDING, MAX_PENDING_BYTES);

  /** Holds pending requests only, so it is bounded with them. */
  private final Queue<LinkUp> queue = new ArrayDeque<>();

  private final TimeSource time;
  private final NewestTerm newestTerm;
  private final LinkMeters meters;
  private final Consumer<LinkDown> onNews;
  private final Consumer<String> onLost;
  private GrpcClientRequest<LinkUp, LinkDown> call;
  private SwarmException lost;
  private long lastSeq;

  private record Waiting(LinkKind kind, long sinceNanos, Promise<LinkDown> answer) {}

  /**
   * A stream not yet open.
   *
   * @param onNews told what the leader says unasked
   * @param onLost told why when the stream ends; the owner then calls {@link #lose}
   */
  LinkStream(
      TimeSource time,
      NewestTerm newestTerm,
      LinkMeters meters,
      Consumer<LinkDown> onNews,
      Consumer<String> onLost) {
    this.time = time;
    this.newestTerm = newestTerm;
    this.meters = meters;
    this.onNews = onNews;
    this.onLost = onLost;
  }

  /** Opens the stream; completes with its call when the other end has welcomed us. */
  Future<GrpcClientRequest<LinkUp, LinkDown>> open(
      GrpcClient client, SocketAddress leader, LinkUp.Builder hello) {
    return client
        .request(leader, GrpcMethods.LINK_CLIENT)
        .compose(
            request -> {
              if (lost != null) {
                request.cancel();
                return Future.failedFuture(lost);
              }
              call = request;
              request.exceptionHandler(failure -> onLost.accept(failure.getMessage()));
              request.drainHandler(drained -> flush());
              request
                  .response()
                  .onComplete(this::listen, failure -> onLost.accept(failure.getMessage()));
              return ask(LinkKind.HELLO, hello).map(request);
            });
  }

  private void listen(GrpcClientResponse<LinkUp, LinkDown> answers) {
    answers.exceptionHandler(failure -> onLost.accept(failure.getMessage()));
    answers.errorHandler(error -> onLost.accept("stream reset: " + error));
    answers.endHandler(
        ended -> onLost.accept("ended with " + answers.status() + ": " + text(answers)));
    answers.handler(this::onMessage);
  }

  /**
   * The text of the status. Of a stream that ended before its first message it is among the
   * headers, where Vert.x reads it, else percent-encoded among the trailers.
   */
  static String text(GrpcClientResponse<?, ?> answers) {
    String early = answers.statusMessage();
    String late = answers.trailers().get("grpc-message");
    if (early != null || late == null) return early;
    try {
      return URLDecoder.decode(late, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException notEncoded) {
      return late;
    }
  }

  /** Sends as soon as the stream takes it; throws OVERLOADED at the limit. */
  Future<LinkDown> ask(LinkKind kind, LinkUp.Builder body) {
    LinkUp message = body.setSeq(++lastSeq).build();
    int size = message.getSerializedSize();
    if (size > Limits.MAX_MESSAGE_BYTES) {
      throw SwarmException.badRequest(
          kind.tag()
              + " has "
              + size
              + " bytes, more than the "
              + Limits.MAX_MESSAGE_BYTES
              + " that the link carries");
    }
    long now = time.nanos();
    Promise<LinkDown> answer = Promise.promise();
    long deadline = now + TimeUnit.MILLISECONDS.toNanos(kind.timeoutMillis());
    pending.admit(lastSeq, new Waiting(kind, now, answer), size, deadline);
    queue.add(message);
    meters.sent(kind, size);
    flush();
    return answer.future();
  }

  private void flush() {
    try {
      while (!queue.isEmpty() && !call.writeQueueFull()) {
        LinkUp message = queue.remove();
        if (pending.awaits(message.getSeq())) {
          call.write(message).onFailure(failure -> onLost.accept(failure.getMessage()));
        }
      }
    } catch (IllegalStateException ended) {
      onLost.accept(ended.getMessage());
    }
  }

  private void onMessage(LinkDown down) {
    if (down.getSeq() != 0) onAnswer(down);
    else if (newestTerm.admits(down.getTerm())) onNews.accept(down);
  }

  private void onAnswer(LinkDown down) {
    Waiting waiting = pending.settle(down.getSeq());
    if (waiting == null) return;
    meters.received(waiting.kind(), down.getSerializedSize());
    meters.answered(waiting.kind(), time.nanos() - waiting.sinceNanos());
    if (!newestTerm.admits(down.getTerm())) {
      waiting.answer().fail(deposed(down.getTerm()));
    } else if (down.hasFailure()) {
      waiting.answer().fail(LinkMessages.failure(down.getFailure()));
    } else {
      waiting.answer().complete(down);
    }
  }

  private SwarmException deposed(long term) {
    return new SwarmException(
        SwarmException.Kind.NOT_LEADER,
        "answered by the leader of term " + term + ", term " + newestTerm.value() + " has begun");
  }

  /** Gives up requests whose time is over. */
  void expire(long nowNanos) {
    for (Waiting waiting : pending.expire(nowNanos)) {
      String text = "the leader did not answer in " + waiting.kind().timeoutMillis() + " ms";
      waiting.answer().fail(new SwarmException(SwarmException.Kind.TIMEOUT, text));
    }
    while (!queue.isEmpty() && !pending.awaits(queue.peek().getSeq())) queue.remove();
  }

  /** Fails all that waits, and the opening if it is still under way. */
  void lose(SwarmException reason) {
    lost = reason;
    queue.clear();
    for (Waiting waiting : pending.drain()) waiting.answer().fail(reason);
  }
}
