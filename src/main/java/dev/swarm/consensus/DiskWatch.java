package dev.swarm.consensus;

import dev.swarm.consensus.guard.Disk;
import dev.swarm.consensus.guard.Space;
import dev.swarm.consensus.guard.SpaceLevel;
import dev.swarm.consensus.guard.Trouble;
import dev.swarm.consensus.meters.ConsensusMeters;
import dev.swarm.consensus.raft.RatisLog;
import dev.swarm.consensus.storage.BrokenTransfers;
import dev.swarm.consensus.storage.OpenLogFiles;
import dev.swarm.model.TimeSource;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the disk of the data folder, elsewhere than on the event loop, and remembers the room
 * that it last saw. Holds the reserve for as long as there is room for it, and removes what broken
 * transfers of snapshots leave behind.
 */
final class DiskWatch {
  private static final Logger log = LoggerFactory.getLogger(DiskWatch.class);

  /** Between two looks. */
  private static final long LOOK_NANOS = 1_000_000_000L;

  private final Context context;
  private final Path folder;
  private final Disk disk;
  private final TimeSource time;
  private final ConsensusMeters meters;
  private Space space = Space.UNKNOWN;
  private long lookedNanos;
  private boolean looking;

  /** The last look failed, and that was said. */
  private boolean blind;

  /** The last removal failed, and that was said; by one look after the other. */
  private volatile boolean keepsBroken;

  /** Under that data folder. */
  DiskWatch(Context context, Path folder, TimeSource time, ConsensusMeters meters) {
    this.context = context;
    this.folder = folder;
    this.time = time;
    this.meters = meters;
    disk = new Disk(folder);
  }

  /** The room when it was last looked at. */
  Space space() {
    return space;
  }

  /** To be called a few times a second, with the log that is open; null for none. */
  void look(RatisLog open) {
    if (looking || time.nanos() - lookedNanos < LOOK_NANOS) return;
    looking = true;
    context
        .executeBlocking(
            () -> {
              Space room = roomAndVote(open);
              removeBroken();
              return room;
            },
            false)
        .onSuccess(
            room -> {
              space = room;
              blind = false;
              meters.free(room.freeBytes());
            })
        .onFailure(
            failure -> {
              if (!blind) log.warn("the disk cannot be looked at: {}", failure.toString());
              blind = true;
            })
        .onComplete(
            looked -> {
              looking = false;
              lookedNanos = time.nanos();
            });
  }

  private void removeBroken() {
    try {
      BrokenTransfers.remove(folder.resolve("raft"), Instant.ofEpochMilli(time.millis()));
      keepsBroken = false;
    } catch (IOException | UncheckedIOException kept) {
      if (!keepsBroken) {
        log.warn("a broken transfer of a snapshot could not be removed: {}", kept.toString());
      }
      keepsBroken = true;
    }
  }

  private Space roomAndVote(RatisLog open) throws IOException {
    Space room = disk.space();
    if (open != null && SpaceLevel.AMPLE.after(room) == SpaceLevel.SPENT) {
      disk.release();
      if (open.restoreVote()) {
        log.warn("the record of the vote was lost on the full disk: restored");
      }
    }
    return room;
  }

  /** Makes the disk ready for a log to be opened; fails while it does not work or is full. */
  Future<?> prepare(Trouble before) {
    return context.executeBlocking(() -> roomToOpen(before), false).onSuccess(room -> space = room);
  }

  private Space roomToOpen(Trouble before) throws IOException {
    Space room = disk.space();
    if (SpaceLevel.SPENT.after(room).compareTo(SpaceLevel.LOW) >= 0) {
      throw new IOException(room.toString());
    }
    disk.probe();
    if (before == Trouble.LOG_FAILED) OpenLogFiles.persist(folder.resolve("raft"));
    return room;
  }

  /** Holds room back for what must be written when the disk is full. Blocks. */
  void takeReserve() {
    try {
      disk.reserve();
    } catch (IOException without) {
      log.warn("no room is held in reserve in {}: {}", folder, without.toString());
    }
  }

  /** Something must be written now. Blocks; on any thread. */
  void giveUpReserve() {
    try {
      disk.release();
    } catch (IOException kept) {
      log.warn("the reserve could not be given up: {}", kept.toString());
    }
  }
}
