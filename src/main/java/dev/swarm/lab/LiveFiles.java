package dev.swarm.lab;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What is in a folder in which somebody writes and removes meanwhile: a walk fails over that. */
public final class LiveFiles {
  private LiveFiles() {}

  /** Files and folders below it, at any depth; some may be gone already. */
  public static List<Path> below(Path folder) {
    List<Path> found = new ArrayList<>();
    collect(folder.toFile(), found);
    return found;
  }

  private static void collect(File folder, List<Path> found) {
    File[] files = folder.listFiles();
    if (files == null) return; // no folder, or no more
    for (File file : files) {
      found.add(file.toPath());
      collect(file, found);
    }
  }
}
