package dev.swarm.consensus;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;

/** A small disk of its own, in memory; only root can have one. */
final class Tmpfs implements AutoCloseable {
  private final Path folder;

  private Tmpfs(Path folder) {
    this.folder = folder;
  }

  static boolean possible() {
    return "root".equals(System.getProperty("user.name"));
  }

  static Tmpfs mount(Path folder, int mebibytes) throws IOException {
    Files.createDirectories(folder);
    run("mount", "-t", "tmpfs", "-o", "size=" + mebibytes + "m", "tmpfs", folder.toString());
    return new Tmpfs(folder);
  }

  /** Leaves so many MiB free. */
  void fillUpTo(int mebibytesLeft) throws IOException {
    long left = (long) mebibytesLeft << 20;
    byte[] block = new byte[64 << 10];
    try (RandomAccessFile file = new RandomAccessFile(filler().toFile(), "rw")) {
      file.seek(file.length());
      while (Files.getFileStore(folder).getUsableSpace() >= left + block.length) file.write(block);
      if (left == 0) while (true) file.write(block, 0, 1024);
    } catch (IOException full) {
      if (left != 0) throw full;
    }
  }

  void clear() throws IOException {
    Files.deleteIfExists(filler());
  }

  private Path filler() {
    return folder.resolve("filler");
  }

  @Override
  public void close() throws IOException {
    run("umount", "-l", folder.toString());
  }

  private static void run(String... command) throws IOException {
    int code = new ProcessBuilder(command).inheritIO().start().onExit().join().exitValue();
    if (code != 0) throw new IOException(String.join(" ", command) + " ended with " + code);
  }
}
