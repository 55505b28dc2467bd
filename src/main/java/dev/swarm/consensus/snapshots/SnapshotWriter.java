package dev.swarm.consensus.snapshots;

import dev.swarm.consensus.guard.Snapshots;
import dev.swarm.model.Causes;
import dev.swarm.model.ClusterState;
import dev.swarm.model.TimeSource;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.ratis.server.protocol.TermIndex;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes snapshots on a thread of its own, one at a time, while entries go on being applied. A
 * failure keeps the older ones and is tried again later.
 */
public final class SnapshotWriter {
  private static final Logger log = LoggerFactory.getLogger(SnapshotWriter.class);
  private static final long CLOSE_SECONDS = 5;
  private static final long NONE = -1;

  private final SnapshotFiles files;
  private final SnapshotSchedule schedule;
  private final TimeSource time;
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          work -> {
            Thread made = new Thread(work, "swarm-snapshot");
            made.setDaemon(true);
            return made;
          });

  /** Held while a snapshot gets its name, which waits for the disk; applying never needs it. */
  private final Object publishing = new Object();

  private final AtomicLong generation = new AtomicLong();
  private volatile Snapshots health = Snapshots.NONE;
  private boolean writing;
  private long purgeable = NONE;
  private long purged = NONE;
  private CompletableFuture<Long> demanded;

  /** Into these files, after so many entries at the latest. */
  public SnapshotWriter(SnapshotFiles files, long everyEntries, TimeSource time) {
    this.files = files;
    this.time = time;
    schedule = new SnapshotSchedule(everyEntries, time.nanos());
  }

  /** The state was loaded from a snapshot at this index. */
  public void loaded(long index) {
    abandon();
    restart(index);
  }

  private synchronized void restart(long index) {
    schedule.restart(index, time.nanos());
    purgeable = NONE;
    purged = index;
    health = Snapshots.at(index).taking(writing);
  }

  /** How the snapshots are doing. */
  public Snapshots health() {
    return health;
  }

  /** An entry of so many bytes was applied. */
  public synchronized void applied(int entryBytes) {
    schedule.applied(entryBytes);
  }

  /** Asks for one; {@link #begin} or the next entry starts it. */
  public synchronized CompletableFuture<Long> onDemand() {
    if (demanded == null) demanded = new CompletableFuture<>();
    return demanded;
  }

  /**
   * Starts a snapshot if one is due.
   *
   * @return up to where the log may be forgotten since the last call; -1 for nothing new. Never
   *     less than what was loaded or returned before: Ratis would close the replica
   */
  public synchronized long advance(ClusterState state, TermIndex applied) {
    begin(state, applied);
    if (purgeable <= purged) return NONE;
    purged = purgeable;
    return purged;
  }

  /** Starts a snapshot if one is due, and none is under way. */
  public synchronized void begin(ClusterState state, TermIndex applied) {
    boolean due = demanded != null || schedule.due(applied.getIndex(), time.nanos());
    if (due && !writing) {
      writing = true;
      health = health.taking(true);
      schedule.restart(applied.getIndex(), time.nanos());
      long mine = generation.get();
      CompletableFuture<Long> waiting = demanded;
      demanded = null;
      thread.execute(() -> take(state, applied, mine, waiting));
    }
  }

  private void take(ClusterState state, TermIndex at, long mine, CompletableFuture<Long> waiting) {
    try {
      long started = time.nanos();
      SnapshotFiles.Written written = files.write(state, at);
      publish(written, mine);
      long millis = TimeUnit.NANOSECONDS.toMillis(time.nanos() - started);
      log.info("snapshot at {} taken in {} ms", at.getIndex(), millis);
      if (waiting != null) waiting.complete(at.getIndex());
    } catch (Throwable failure) { // no memory or stack for it, too: the next may be smaller
      failed(mine, failure);
      if (waiting != null) waiting.completeExceptionally(failure);
    }
  }

  private void publish(SnapshotFiles.Written written, long mine) throws IOException {
    synchronized (publishing) {
      try {
        if (mine != generation.get()) throw new IOException("another state was taken meanwhile");
        files.publish(written);
      } catch (Throwable unpublished) {
        files.discard(written);
        throw unpublished;
      }
      published(written.at().getIndex(), files.oldestIndex());
    }
  }

  private synchronized void published(long newest, long oldest) {
    health = Snapshots.at(newest);
    purgeable = oldest;
    writing = false;
  }

  private void failed(long mine, Throwable failure) {
    synchronized (publishing) {
      boolean abandoned = mine != generation.get();
      if (!abandoned) {
        log.warn("no snapshot was taken; the log grows until one is", failure);
        health = health.failed(Causes.first(failure));
      }
      again(abandoned);
    }
  }

  private synchronized void again(boolean abandoned) {
    writing = false;
    health = health.taking(false);
    if (!abandoned) schedule.failed(time.nanos());
  }

  /** What is being written does not count any more; what is just getting its name may yet. */
  public void disown() {
    generation.incrementAndGet();
  }

  /**
   * What is being written does not count any more, nor does it get its name. May wait for the disk.
   */
  public void abandon() {
    disown();
    synchronized (publishing) {
      log.trace("nothing is getting its name now");
    }
  }

  /** Ends what is under way; what is half written is removed at the next start. */
  public void close() {
    abandon();
    thread.shutdownNow();
    try {
      if (!thread.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
        log.warn("the snapshot thread goes on");
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
