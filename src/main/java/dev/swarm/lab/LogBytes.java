package dev.swarm.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** How much a manager has written to its log: files are made in full size and filled later. */
final class LogBytes {
  private LogBytes() {}

  /** Bytes used in all log files under the folder, up to the last that is not zero. */
  static long used(Path folder) {
    try {
      long sum = 0;
      for (Path file : LiveFiles.below(folder)) {
        if (isLog(file)) sum += used(Files.readAllBytes(file));
      }
      return sum;
    } catch (IOException failure) {
      throw new LabException("cannot read the log in " + folder + ": " + failure.getMessage());
    }
  }

  private static boolean isLog(Path file) {
    return Files.isRegularFile(file) && file.getFileName().toString().startsWith("log_");
  }

  private static int used(byte[] bytes) {
    int end = bytes.length;
    while (end > 0 && bytes[end - 1] == 0) end--;
    return end;
  }
}
