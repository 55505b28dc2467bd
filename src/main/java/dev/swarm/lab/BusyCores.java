package dev.swarm.lab;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Processes that do nothing but compute, one for each core; each ends by itself at the latest. */
final class BusyCores implements AutoCloseable {
  private final List<Process> loops = new ArrayList<>();

  /** Starts them, for so long at most. */
  BusyCores(Duration most) {
    List<String> loop =
        List.of("timeout", Long.toString(most.toSeconds()), "sh", "-c", "while :; do :; done");
    try {
      for (int i = 0; i < count(); i++) loops.add(new ProcessBuilder(loop).start());
    } catch (IOException failure) {
      close();
      throw new LabException("cannot keep a core busy: " + failure.getMessage());
    }
  }

  /** How many cores there are to be kept busy. */
  static int count() {
    return Runtime.getRuntime().availableProcessors();
  }

  @Override
  public void close() {
    loops.forEach(Process::destroy);
  }
}
