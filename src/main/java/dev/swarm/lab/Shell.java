package dev.swarm.lab;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Commands of the machine. */
final class Shell {
  private Shell() {}

  /** Runs a command to its end; fails with what it said when it does. */
  static void run(String... command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new LabException(String.join(" ", command) + ": " + output.trim());
      }
    } catch (IOException failure) {
      throw new LabException("cannot run " + command[0] + ": " + failure.getMessage());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new LabException("interrupted");
    }
  }
}
