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
 * the next is taken, so that a slow client costs no memory.
 */
final class ResponseStream extends OutputStream {
  private static final int PATIENCE_SECONDS = 30;

  private final HttpServerResponse response;

  ResponseStream(HttpServerResponse response) {
    this.response = response;
  }

  @Override
  public void write(int one) throws IOException {
    write(new byte[] {(byte) one}, 0, 1);
  }

  @Override
  public void write(byte[] from, int offset, int length) throws IOException {
    Buffer piece = Buffer.buffer(length).appendBytes(from, offset, length);
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
