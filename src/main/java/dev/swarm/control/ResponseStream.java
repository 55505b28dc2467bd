package dev.swarm.control;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The body of an answer for a thread that may wait: each piece is on its way to the client before
 * the next but one is taken, so that a slow client costs no memory. The last piece is kept back:
 * what is to be true when the client has everything is made so before that is sent.
 */
final class ResponseStream extends OutputStream {
  private static final int PATIENCE_SECONDS = 30;

  private final HttpServerResponse response;
  private Buffer last = Buffer.buffer();

  ResponseStream(HttpServerResponse response) {
    this.response = response;
  }

  @Override
  public void write(int one) throws IOException {
    write(new byte[] {(byte) one}, 0, 1);
  }

  @Override
  public void write(byte[] from, int offset, int length) throws IOException {
    if (last.length() > 0) send(last);
    last = Buffer.buffer(length).appendBytes(from, offset, length);
  }

  /** What was written last, and ends the answer. */
  Buffer last() {
    return last;
  }

  private void send(Buffer piece) throws IOException {
    try {
      response
          .write(piece)
          .toCompletionStage()
          .toCompletableFuture()
          .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException lost) {
      throw new IOException("the client is gone", lost.getCause());
    } catch (TimeoutException slow) {
      throw new IOException("the client takes nothing", slow);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", interrupted);
    }
  }
}
