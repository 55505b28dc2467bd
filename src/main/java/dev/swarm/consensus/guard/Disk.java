package dev.swarm.consensus.guard;

import dev.swarm.consensus.storage.SyncedFile;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;

/**
 * The disk under a data folder: its room, whether it works, and a reserve of room that is given up
 * when it fills, so that what Ratis must still write when a log fails finds its place. All of it
 * blocks.
 */
public final class Disk {
  /** Size of the reserve: a log file prepared ahead, or a thousand of Ratis' votes. */
  public static final int RESERVE_BYTES = 4 << 20;

  private static final int PROBE_BYTES = 64 << 10;

  private final Path folder;

  /** Under that folder, which need not exist yet. */
  public Disk(Path folder) {
    this.folder = folder;
  }

  /** The room that there is now, the reserve not counted; the folder need not exist yet. */
  public Space space() throws IOException {
    Path there = folder.toAbsolutePath();
    while (!Files.exists(there) && there.getParent() != null) there = there.getParent();
    FileStore store = Files.getFileStore(there);
    return new Space(store.getUsableSpace(), store.getTotalSpace());
  }

  /** Writes, syncs and deletes a little; fails when the disk does not do that. */
  public void probe() throws IOException {
    Path probe = folder.resolve("probe");
    try {
      SyncedFile.write(probe, out -> out.write(new byte[PROBE_BYTES]));
    } finally {
      Files.deleteIfExists(probe);
    }
  }

  /** Takes the reserve, if there is room for it; random bytes, so that none can be saved. */
  public void reserve() throws IOException {
    Path file = reserveFile();
    if (Files.exists(file) && Files.size(file) == RESERVE_BYTES) return;
    if (space().freeBytes() < 2L * RESERVE_BYTES) return;
    byte[] bytes = new byte[RESERVE_BYTES];
    new SplittableRandom().nextBytes(bytes);
    SyncedFile.write(file, out -> out.write(bytes));
  }

  /** Gives the reserve up. */
  public void release() throws IOException {
    Files.deleteIfExists(reserveFile());
  }

  private Path reserveFile() {
    return folder.resolve("reserve");
  }
}
