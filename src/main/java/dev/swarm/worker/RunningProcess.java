package dev.swarm.worker;

import dev.swarm.model.TaskStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/**
 * One process and its folder: {@code input}, {@code output}, {@code pid} and {@code work}, in which
 * it runs. All methods may block: they are called on worker threads.
 */
final class RunningProcess {
  private final TaskRun run;
  private final ProcessPayload payload;
  private final Path folder;
  private final OutputTail output;
  private Process process;
  private boolean stopAsked;
  private final List<ProcessHandle> tree = new ArrayList<>();

  RunningProcess(TaskRun run, ProcessPayload payload, Path folder) {
    this.run = run;
    this.payload = payload;
    this.folder = folder;
    this.output = new OutputTail(folder.resolve("output"));
  }

  /** Starts it; the future completes when it has ended. */
  synchronized CompletableFuture<Process> launch() throws IOException {
    if (stopAsked) return CompletableFuture.completedFuture(null);
    delete(folder);
    Path work = Files.createDirectories(folder.resolve("work"));
    Path input = Files.write(folder.resolve("input"), payload.stdin());
    ProcessBuilder builder =
        new ProcessBuilder(payload.command())
            .directory(work.toFile())
            .redirectErrorStream(true)
            .redirectInput(input.toFile())
            .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("output").toFile()));
    builder
        .environment()
        .putAll(
            Map.of(
                "SWARM_WORKER", run.agent(),
                "SWARM_TASK", run.task().value(),
                "SWARM_ATTEMPT", Integer.toString(run.attempt())));
    process = builder.start();
    Leftovers.sign(folder, process.toHandle());
    return process.onExit();
  }

  /** Asks it and its descendants to end; returns when all of them have, in a future. */
  synchronized CompletableFuture<Void> terminate() {
    stopAsked = true;
    if (process == null) return CompletableFuture.completedFuture(null);
    process.descendants().forEach(tree::add);
    tree.add(process.toHandle());
    tree.forEach(ProcessHandle::destroy);
    return CompletableFuture.allOf(
        tree.stream().map(ProcessHandle::onExit).toArray(CompletableFuture[]::new));
  }

  /** Kills what has not ended, and what it has started since. */
  synchronized void kill() {
    for (ProcessHandle handle : List.copyOf(tree)) {
      if (!handle.isAlive()) continue;
      handle.descendants().forEach(ProcessHandle::destroyForcibly);
      handle.destroyForcibly();
    }
  }

  synchronized boolean stopAsked() {
    return stopAsked;
  }

  /** Keeps its output from filling the disk. */
  synchronized void trim() throws IOException {
    try {
      output.trim();
    } catch (NoSuchFileException notLaunched) {
      // nothing to trim yet
    }
  }

  /** What came of it; its folder is removed. */
  synchronized TaskResult result() throws IOException {
    try {
      if (process == null) return TaskResult.cancelled("stopped before it started");
      int code = process.exitValue();
      String message = "exit code " + code;
      if (stopAsked) return new TaskResult(TaskStatus.CANCELLED, message, output.end());
      TaskStatus status = code == 0 ? TaskStatus.COMPLETE : TaskStatus.FAILED;
      return new TaskResult(status, message, output.end());
    } finally {
      delete(folder);
    }
  }

  /** Removes a folder and all in it. */
  static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) return;
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
