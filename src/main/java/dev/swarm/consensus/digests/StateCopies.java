package dev.swarm.consensus.digests;

import dev.swarm.bus.Messages.CopyPiece;
import dev.swarm.codec.LogCodec;
import dev.swarm.consensus.storage.SyncedFile;
import dev.swarm.model.ClusterState;
import dev.swarm.model.Limits;
import dev.swarm.model.SwarmException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Gives a state away piece by piece, from one file. All calls block. A copy is shared by those who
 * begin within a second.
 */
final class StateCopies implements AutoCloseable {
  /** Whoever begins within this time gets the same copy. */
  static final long SHARED_NANOS = 1_000_000_000L;

  /** A copy that nobody asked for so long is forgotten. */
  static final long KEPT_NANOS = 60_000_000_000L;

  static final int PIECE_BYTES = Limits.MAX_BATCH_BYTES;

  private final Path file;
  private long copy;
  private long size;
  private long begunNanos;
  private long usedNanos;

  /** Keeps its copy in that folder, under a temporary name. */
  StateCopies(Path folder) {
    file = folder.resolve("state-copy.tmp");
  }

  /** A piece of the copy asked for, or the first of a new one, when 0 was asked for. */
  synchronized CopyPiece piece(ClusterState state, long wanted, long offset, long nowNanos)
      throws IOException {
    if (wanted == 0 && (copy == 0 || nowNanos - begunNanos > SHARED_NANOS)) begin(state, nowNanos);
    if (wanted != 0 && wanted != copy) {
      throw new SwarmException(SwarmException.Kind.NOT_FOUND, "that copy of the state is gone");
    }
    if (offset < 0 || offset > size) throw SwarmException.badRequest("no piece at " + offset);
    usedNanos = nowNanos;
    return new CopyPiece(copy, size, read(offset));
  }

  private void begin(ClusterState state, long nowNanos) throws IOException {
    copy = 0;
    SyncedFile.write(file, out -> LogCodec.writeSnapshot(state, out));
    size = Files.size(file);
    copy = nowNanos == 0 ? 1 : nowNanos;
    begunNanos = nowNanos;
  }

  private byte[] read(long offset) throws IOException {
    ByteBuffer piece = ByteBuffer.allocate((int) Math.min(PIECE_BYTES, size - offset));
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      while (piece.hasRemaining()) {
        if (channel.read(piece, offset + piece.position()) < 0) {
          throw new IOException(file + " has become shorter");
        }
      }
    }
    return piece.array();
  }

  /** Forgets a copy that is not used. */
  synchronized void sweep(long nowNanos) throws IOException {
    if (copy == 0 || nowNanos - usedNanos < KEPT_NANOS) return;
    copy = 0;
    Files.deleteIfExists(file);
  }

  @Override
  public synchronized void close() throws IOException {
    copy = 0;
    Files.deleteIfExists(file);
  }
}
