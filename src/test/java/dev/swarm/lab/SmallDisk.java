package dev.swarm.lab;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A disk with little room, in memory. Needs root. */
final class SmallDisk implements AutoCloseable {
  private final Path path;

  /** Mounts it in a new folder in the given one; one page is taken by each folder and file. */
  SmallDisk(Path parent, int kilobytes) throws IOException {
    path = Files.createTempDirectory(parent, "disk");
    run("mount", "-t", "tmpfs", "-o", "size=" + kilobytes + "k", "tmpfs", path.toString());
  }

  Path path() {
    return path;
  }

  void resize(int kilobytes) {
    run("mount", "-o", "remount,size=" + kilobytes + "k", path.toString());
  }

  @Override
  public void close() {
    run("umount", path.toString());
  }

  private static void run(String... command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new LabException(String.join(" ", List.of(command)) + ": " + output.trim());
      }
    } catch (IOException failure) {
      throw new LabException("cannot run " + command[0] + ": " + failure.getMessage());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new LabException("interrupted");
    }
  }
}
