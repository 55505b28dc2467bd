package dev.swarm.control;

import dev.swarm.model.Outcome;
import dev.swarm.model.SwarmException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.handler.HttpException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Reads the tasks of one request as they come and has them committed chunk by chunk, a few chunks
 * at once; reads no further while all of those are on their way. What was committed before a
 * failure stays, and is told; chunks that were on their way then may be committed, too.
 */
final class TaskUpload {
  /** Bytes of one task as JSON: the largest payload, however it is escaped. */
  static final int MAX_TASK_BYTES = 2 << 20;

  /** Bytes of one request; more are answered 413. */
  static final long MAX_BODY_BYTES = 64L << 20;

  /** Chunks on their way: enough to keep the log busy while one is written. */
  private static final int MAX_UNDER_WAY = 4;

  private final HttpServerRequest request;
  private final Submission submission;
  private final Writes writes;
  private final long maxBytes;
  private final Promise<Void> done = Promise.promise();

  /** Chunks on their way, oldest first; settled in this order. */
  private final Deque<Future<Void>> underWay = new ArrayDeque<>();

  private long received;

  private TaskUpload(
      HttpServerRequest request, Submission submission, Writes writes, long maxBytes) {
    this.request = request;
    this.submission = submission;
    this.writes = writes;
    this.maxBytes = maxBytes;
  }

  /** One task, which is the whole body. */
  static Future<Answer> one(HttpServerRequest request, Submission submission, Writes writes) {
    Buffer whole = Buffer.buffer();
    return new TaskUpload(request, submission, writes, MAX_TASK_BYTES)
        .receive(whole::appendBuffer, () -> submission.add(whole), submission::answerForOne);
  }

  /** Many tasks, one a line. */
  static Future<Answer> many(HttpServerRequest request, Submission submission, Writes writes) {
    Lines lines = new Lines(MAX_TASK_BYTES, submission::add);
    return new TaskUpload(request, submission, writes, MAX_BODY_BYTES)
        .receive(lines::feed, lines::end, submission::answer);
  }

  private Future<Answer> receive(Consumer<Buffer> piece, Runnable end, Supplier<Answer> answer) {
    if (announced() > maxBytes) return Future.succeededFuture(stop(tooLarge()));
    request.exceptionHandler(gone -> fail(new HttpException(400, "the body ended early")));
    request.handler(bytes -> guarded(() -> take(bytes, piece)));
    request.endHandler(ended -> guarded(() -> finish(end)));
    return done.future().map(all -> answer.get()).otherwise(this::stop);
  }

  private void finish(Runnable end) {
    end.run();
    submission.end();
    send()
        .compose(sent -> underWay.isEmpty() ? Future.succeededFuture() : underWay.peekLast())
        .compose(settled -> writes.readable(submission.index()))
        .onSuccess(done::tryComplete)
        .onFailure(this::fail);
  }

  private void fail(Throwable failure) {
    done.tryFail(failure);
  }

  private long announced() {
    String length = request.getHeader("Content-Length");
    return length == null ? 0 : Long.parseLong(length); // checked when the head was decoded
  }

  private void take(Buffer bytes, Consumer<Buffer> piece) {
    received += bytes.length();
    if (received > maxBytes) throw tooLarge();
    piece.accept(bytes);
    if (!submission.hasReady()) return;
    request.pause();
    send().onSuccess(sent -> request.resume()).onFailure(this::fail);
  }

  private void guarded(Runnable step) {
    if (done.future().isComplete()) return;
    try {
      step.run();
    } catch (SwarmException | HttpException expected) {
      fail(expected);
    }
  }

  /** Sends all that is ready on its way, as soon as there is room for it. */
  private Future<Void> send() {
    while (submission.hasReady()) {
      if (underWay.size() == MAX_UNDER_WAY) return underWay.peekFirst().compose(room -> send());
      commit(submission.poll());
    }
    return Future.succeededFuture();
  }

  private void commit(Submission.Chunk chunk) {
    Future<Void> before = underWay.isEmpty() ? Future.succeededFuture() : underWay.peekLast();
    Future<Outcome> committed = writes.commit(chunk.command());
    underWay.addLast(
        before
            .compose(settled -> committed)
            .map(
                outcome -> {
                  submission.settle(chunk, outcome);
                  underWay.removeFirst();
                  return null;
                }));
  }

  private HttpException tooLarge() {
    return new HttpException(413, "the body has more than the " + maxBytes + " bytes allowed");
  }

  /** The rest of the body is still read, up to a limit, so that the client gets to our answer. */
  private Answer stop(Throwable failure) {
    Answer answer = submission.answer(failure);
    if (request.isEnded()) return answer;
    request.handler(this::discard);
    request.resume();
    return answer.with("Connection", "close");
  }

  private void discard(Buffer rest) {
    received += rest.length();
    if (received > 2 * MAX_BODY_BYTES) request.connection().close();
  }
}
