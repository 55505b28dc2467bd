package dev.swarm.lab;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** One manager or worker process, started from the jar as a user would. */
final class NodeProcess {
  private final String name;
  private final Path log;
  private final Process process;
  private boolean stopped;

  private NodeProcess(String name, Path log, Process process) {
    this.name = name;
    this.log = log;
    this.process = process;
  }

  /**
   * Runs {@code java <flags> -jar swarm.jar -conf conf}; its output goes to {@code log}.
   *
   * @param before what to put before the command: to run it on another host, or with other limits
   */
  static NodeProcess start(
      String name, Path jar, Path conf, Path log, List<String> before, List<String> flags) {
    List<String> command = new ArrayList<>(before);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(flags);
    command.addAll(List.of("-jar", jar.toString(), "-conf", conf.toString()));
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
              .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
              .start();
      return new NodeProcess(name, log, process);
    } catch (IOException failure) {
      throw new LabException("cannot start " + name + ": " + failure.getMessage());
    }
  }

  long pid() {
    return process.pid();
  }

  boolean alive() {
    return process.isAlive();
  }

  /** SIGKILL; returns when the process is gone. */
  void kill() {
    stopped = true;
    process.destroyForcibly();
    awaitEnd(10);
  }

  /**
   * SIGTERM, and SIGKILL when it is still there after the given time; its exit code, which tells
   * the one from the other.
   */
  int stop(long seconds) {
    stopped = true;
    process.destroy();
    if (!awaitEnd(seconds)) kill();
    return process.exitValue();
  }

  /**
   * Waits for the end that it was told to come to by others; its exit code, or -1 when it lives.
   */
  int awaitOrderlyEnd(long seconds) {
    stopped = true;
    return awaitEnd(seconds) ? process.exitValue() : -1;
  }

  /** Sends a signal by name, such as STOP or CONT. */
  void signal(String signal) {
    stopped |= signal.equals("TERM");
    try {
      new ProcessBuilder("kill", "-" + signal, Long.toString(pid())).start().waitFor();
    } catch (IOException failure) {
      throw new LabException("cannot signal " + name + ": " + failure.getMessage());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** The exit code of a process that has ended. */
  int exitCode() {
    return process.exitValue();
  }

  private boolean awaitEnd(long seconds) {
    try {
      return process.waitFor(seconds, TimeUnit.SECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Fails when the process has ended without being told to, with the end of its output. */
  void check() {
    if (stopped || alive()) return;
    throw new LabException(
        name + " ended with exit code " + process.exitValue() + ":\n" + lastLines(15));
  }

  private String lastLines(int count) {
    try {
      List<String> lines = Files.readAllLines(log);
      return String.join("\n", lines.subList(Math.max(0, lines.size() - count), lines.size()));
    } catch (IOException failure) {
      return "(no output: " + failure.getMessage() + ")";
    }
  }
}
