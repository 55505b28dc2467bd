package dev.swarm.worker;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Processes that a killed agent left behind: known by what was noted in their folders. Their
 * attempts count as lost, so they must not run on beside the next ones.
 */
final class Leftovers {
  private static final String PID = "pid";

  /** Two processes' ideas of when a third one started may differ by so much. */
  private static final long TOLERANCE_MILLIS = 2_000;

  private Leftovers() {}

  /** Notes which process runs in this folder. */
  static void sign(Path folder, ProcessHandle process) throws IOException {
    String note = process.pid() + " " + startedMillis(process);
    Files.writeString(folder.resolve(PID), note, StandardCharsets.US_ASCII);
  }

  private static long startedMillis(ProcessHandle process) {
    return process.info().startInstant().map(instant -> instant.toEpochMilli()).orElse(0L);
  }

  /** Kills what still runs in the folders below, and removes them. */
  static void sweep(Path root) throws IOException {
    if (!Files.isDirectory(root)) return;
    List<Path> notes;
    try (Stream<Path> files = Files.walk(root, 3)) {
      notes = files.filter(file -> file.getFileName().toString().equals(PID)).toList();
    }
    for (Path note : notes) kill(Files.readString(note, StandardCharsets.US_ASCII).split(" "));
    RunningProcess.delete(root);
  }

  private static void kill(String[] note) {
    if (note.length != 2) return;
    long started = Long.parseLong(note[1]);
    ProcessHandle.of(Long.parseLong(note[0]))
        .filter(process -> Math.abs(startedMillis(process) - started) <= TOLERANCE_MILLIS)
        .ifPresent(
            process -> {
              process.descendants().forEach(ProcessHandle::destroyForcibly);
              process.destroyForcibly();
            });
  }
}
