package dev.swarm.control;

import dev.swarm.codec.LogCodec;
import dev.swarm.codec.Sha256;
import dev.swarm.model.ClusterState;
import dev.swarm.model.SwarmException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.concurrent.TimeUnit;

/**
 * The agreed state as a file, as of the newest index that this manager has applied: a moment behind
 * the leader at most, and every entry in it is committed. One is sent at a time.
 */
final class SnapshotApi {
  static final String PATH = "/api/v1/snapshot";
  private static final int CHUNK_BYTES = 64 << 10;
  private static final long MOST_MINUTES = 60;

  private final Replica replica;
  private final WorkerExecutor thread;
  private boolean sending;

  SnapshotApi(Vertx vertx, Replica replica, String manager) {
    this.replica = replica;
    thread =
        vertx.createSharedWorkerExecutor(
            "swarm-backup-" + manager, 1, MOST_MINUTES, TimeUnit.MINUTES);
  }

  void mount(Routes routes) {
    routes.stream(PATH, this::send);
  }

  private Future<?> send(RoutingContext ctx) {
    ClusterState state = replica.state();
    if (replica.leader() == null || replica.alone() > 0 || state.cluster().incarnation() == 0) {
      throw new SwarmException(
          SwarmException.Kind.NO_LEADER,
          "no leader is known, so what this manager has may be old; ask another");
    }
    if (sending) {
      throw new SwarmException(SwarmException.Kind.OVERLOADED, "another snapshot is being sent");
    }
    sending = true;
    return thread
        .executeBlocking(() -> Measure.of(state), false)
        .compose(measure -> sendAllButLast(state, measure, ctx.response()))
        .onComplete(done -> sending = false) // before the client has it all, and may ask again
        .compose(last -> ctx.response().end(last));
  }

  private Future<Buffer> sendAllButLast(
      ClusterState state, Measure measure, HttpServerResponse response) {
    response
        .putHeader(HttpHeaders.CONTENT_TYPE, "application/octet-stream")
        .putHeader(HttpHeaders.CONTENT_LENGTH, Long.toString(measure.bytes()))
        .putHeader("Repr-Digest", "sha-256=:" + measure.sha256() + ":")
        .putHeader("X-Content-Type-Options", "nosniff");
    return thread.executeBlocking(
        () -> {
          ResponseStream body = new ResponseStream(response);
          OutputStream inChunks = new BufferedOutputStream(body, CHUNK_BYTES);
          LogCodec.writeSnapshot(state, inChunks);
          inChunks.flush();
          return body.last();
        },
        false);
  }

  /** Ends what is being sent. */
  Future<Void> close() {
    return thread.close();
  }

  /**
   * What a snapshot will be, known before the first byte is sent.
   *
   * @param sha256 of its bytes, in Base64
   */
  private record Measure(long bytes, String sha256) {
    static Measure of(ClusterState state) throws IOException {
      MessageDigest digest = Sha256.begin();
      Counter counter = new Counter();
      OutputStream out =
          new BufferedOutputStream(new DigestOutputStream(counter, digest), CHUNK_BYTES);
      LogCodec.writeSnapshot(state, out);
      out.flush();
      return new Measure(counter.bytes, Base64.getEncoder().encodeToString(digest.digest()));
    }
  }

  /** Counts bytes and keeps none. */
  private static final class Counter extends OutputStream {
    private long bytes;

    @Override
    public void write(int one) {
      bytes++;
    }

    @Override
    public void write(byte[] from, int offset, int length) {
      bytes += length;
    }
  }
}
