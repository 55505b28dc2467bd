package dev.swarm.lab;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;

/** A small disk in memory under a folder; only root can have one. */
final class SmallDisk implements AutoCloseable {
  private static final int BLOCK_BYTES = 64 << 10;

  private final Path folder;

  private SmallDisk(Path folder) {
    this.folder = folder;
  }

  /** What is missing for it, in one line; null when nothing is. */
  static String missing() {
    return "root".equals(System.getProperty("user.name")) ? null : "only root can mount disks";
  }

  /** Mounts it; unmount it by {@link #close}. */
  static SmallDisk mount(Path folder, int mebibytes) {
    try {
      Files.createDirectories(folder);
    } catch (IOException failure) {
      throw new LabException("cannot make " + folder + ": " + failure.getMessage());
    }
    run("mount", "-t", "tmpfs", "-o", "size=" + mebibytes + "m", "tmpfs", folder.toString());
    return new SmallDisk(folder);
  }

  /** Fills it until so many MiB are free; 0 takes the last byte. */
  void fillUpTo(int mebibytesLeft) {
    long left = (long) mebibytesLeft << 20;
    byte[] block = new byte[BLOCK_BYTES];
    try (RandomAccessFile file = new RandomAccessFile(filler().toFile(), "rw")) {
      file.seek(file.length());
      while (free() >= left + block.length) file.write(block);
      while (left == 0) file.write(block, 0, 1_024);
    } catch (IOException full) {
      if (left != 0) throw new LabException("cannot fill " + folder + ": " + full.getMessage());
    }
  }

  long free() throws IOException {
    return Files.getFileStore(folder).getUsableSpace();
  }

  /** Makes room again. */
  void clear() {
    try {
      Files.deleteIfExists(filler());
    } catch (IOException failure) {
      throw new LabException("cannot clear " + folder + ": " + failure.getMessage());
    }
  }

  private Path filler() {
    return folder.resolve("filler");
  }

  @Override
  public void close() {
    run("umount", "-l", folder.toString());
  }

  private static void run(String... command) {
    try {
      int code = new ProcessBuilder(command).inheritIO().start().onExit().join().exitValue();
      if (code != 0) throw new LabException(String.join(" ", command) + " ended with " + code);
    } catch (IOException failure) {
      throw new LabException("cannot run " + command[0] + ": " + failure.getMessage());
    }
  }
}
