package dev.swarm.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A disk with little room, in memory. Needs root. */
final class SmallDisk implements AutoCloseable {
  private final Path path;

  /** Mounts it in a new folder in the given one; one page is taken by each folder and file. */
  SmallDisk(Path parent, int kilobytes) throws IOException {
    path = Files.createTempDirectory(parent, "disk");
    Shell.run("mount", "-t", "tmpfs", "-o", "size=" + kilobytes + "k", "tmpfs", path.toString());
  }

  Path path() {
    return path;
  }

  void resize(int kilobytes) {
    Shell.run("mount", "-o", "remount,size=" + kilobytes + "k", path.toString());
  }

  @Override
  public void close() {
    Shell.run("umount", path.toString());
  }
}
