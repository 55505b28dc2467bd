package dev.swarm.control;

import dev.swarm.model.SwarmException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.handler.HttpException;
import java.util.function.Consumer;

/**
 * Reads the tasks of one request as they come and has them committed chunk by chunk; reads no
 * further while a chunk is on its way. What was committed before a failure stays, and is told.
 */
final class TaskUpload {
  /** Bytes of one task as JSON: the largest payload, however it is escaped. */
  static final int MAX_TASK_BYTES = 2 << 20;

  /** Bytes of one request; more are answered 413. */
  static final long MAX_BODY_BYTES = 64L << 20;

  private final HttpServerRequest request;
  private final Submission submission;
  private final Writes writes;
  private final long maxBytes;
  private final Promise<Void> done = Promise.promise();
  private Future<Void> sending = Future.succeededFuture();
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
        .receive(whole::appendBuffer, () -> submission.add(whole));
  }

  /** Many tasks, one a line. */
  static Future<Answer> many(HttpServerRequest request, Submission submission, Writes writes) {
    Lines lines = new Lines(MAX_TASK_BYTES, submission::add);
    return new TaskUpload(request, submission, writes, MAX_BODY_BYTES)
        .receive(lines::feed, lines::end);
  }

  private Future<Answer> receive(Consumer<Buffer> piece, Runnable end) {
    if (announced() > maxBytes) return Future.succeededFuture(stop(tooLarge()));
    request.exceptionHandler(done::tryFail);
    request.handler(bytes -> guarded(() -> take(bytes, piece)));
    request.endHandler(
        ended ->
            guarded(
                () -> {
                  end.run();
                  submission.end();
                  send().onComplete(done);
                }));
    return done.future()
        .map(all -> submission.answer())
        .recover(f -> Future.succeededFuture(stop(f)));
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
    send().onSuccess(sent -> request.resume()).onFailure(done::tryFail);
  }

  private void guarded(Runnable step) {
    if (done.future().isComplete()) return;
    try {
      step.run();
    } catch (SwarmException | HttpException expected) {
      done.tryFail(expected);
    }
  }

  /** Commits what is ready, one chunk after the other. */
  private Future<Void> send() {
    sending = sending.compose(before -> next());
    return sending;
  }

  private Future<Void> next() {
    Submission.Chunk chunk = submission.poll();
    if (chunk == null) return Future.succeededFuture();
    return writes
        .commit(chunk.command())
        .compose(
            outcome -> {
              submission.settle(chunk, outcome);
              return next();
            });
  }

  private HttpException tooLarge() {
    return new HttpException(413, "the body has more than the " + maxBytes + " bytes allowed");
  }

  /** The connection ends with the answer when not all of the body was read. */
  private Answer stop(Throwable failure) {
    Answer answer = submission.answer(failure);
    if (request.isEnded()) return answer;
    request.handler(rest -> {});
    request.resume();
    return answer.with("Connection", "close");
  }
}
