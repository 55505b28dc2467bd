package dev.swarm.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * A disk in a file, whose power can be cut: what was not synced by then is gone. Needs root, {@code
 * mount} and {@code mkfs.ext4}.
 */
final class LoopDisk implements AutoCloseable {
  private final Path folder;
  private final Path mountPoint;
  private final Path image;
  private boolean mounted;

  /** Makes it and mounts it, in a folder. */
  LoopDisk(Path folder, int megabytes) throws IOException {
    this.folder = folder;
    mountPoint = Files.createDirectories(folder.resolve("disk"));
    image = folder.resolve("image");
    Shell.run("truncate", "-s", megabytes + "M", image.toString());
    Shell.run("mkfs.ext4", "-q", "-F", image.toString());
    mount();
  }

  /** Where its files are, before and after each cut. */
  Path path() {
    return mountPoint;
  }

  private void mount() {
    Shell.run("mount", "-o", "loop", image.toString(), mountPoint.toString());
    mounted = true;
  }

  /** Keeps the disk as it is at this moment, for {@link #comeBack}. */
  void cut() {
    Shell.run("cp", "--sparse=always", image.toString(), kept().toString());
  }

  /** Goes on with what was on the disk at the cut; nobody may have a file open there. */
  void comeBack() throws IOException {
    unmount();
    Files.move(kept(), image, StandardCopyOption.REPLACE_EXISTING);
    mount();
  }

  private Path kept() {
    return folder.resolve("kept");
  }

  private void unmount() {
    Shell.run("umount", mountPoint.toString());
    mounted = false;
  }

  @Override
  public void close() {
    if (mounted) unmount();
  }
}
