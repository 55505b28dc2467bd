package dev.swarm.consensus.digests;

import dev.swarm.bus.Endpoints;
import dev.swarm.bus.Messages.CopyPiece;
import dev.swarm.bus.Messages.CopyQuestion;
import dev.swarm.bus.SwarmBus;
import dev.swarm.codec.LogCodec;
import dev.swarm.codec.UnreadableException;
import dev.swarm.model.ClusterState;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Gets a copy of the leader's state over the link and verifies that its records give its digest.
 */
final class StateFetch {
  private final Vertx vertx;
  private final SwarmBus bus;
  private final Path file;

  /** Gathers the pieces in that folder, under a temporary name. */
  StateFetch(Vertx vertx, SwarmBus bus, Path folder) {
    this.vertx = vertx;
    this.bus = bus;
    file = folder.resolve("state-fetched.tmp");
  }

  /** Fails when the leader changes meanwhile, or cannot give it. */
  Future<ClusterState> get() {
    return blocking(() -> Files.deleteIfExists(file))
        .compose(clean -> next(0, 0))
        .compose(complete -> blocking(this::read))
        .eventually(() -> blocking(() -> Files.deleteIfExists(file)));
  }

  private Future<Void> next(long copy, long offset) {
    return bus.request(Endpoints.COPY, new CopyQuestion(copy, offset))
        .compose(piece -> blocking(() -> append(piece)).map(piece))
        .compose(
            piece -> {
              long reached = offset + piece.bytes().length;
              if (reached >= piece.size()) return Future.succeededFuture();
              return piece.bytes().length == 0
                  ? Future.failedFuture(new IOException("the leader's copy ends early"))
                  : next(piece.copy(), reached);
            });
  }

  private Path append(CopyPiece piece) throws IOException {
    return Files.write(file, piece.bytes(), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  private ClusterState read() throws IOException {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 64 << 10)) {
      return LogCodec.readSnapshot(in);
    } catch (UnreadableException damaged) {
      throw new IOException("the leader's copy cannot be used: " + damaged.getMessage(), damaged);
    }
  }

  private interface Step<T> {
    T run() throws IOException;
  }

  private <T> Future<T> blocking(Step<T> step) {
    return vertx.executeBlocking(step::run, false);
  }
}
