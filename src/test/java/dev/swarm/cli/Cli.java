package dev.swarm.cli;

import dev.swarm.model.TimeSource;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** Runs commands in this process, on a clock that only pauses move. */
final class Cli {
  static final String NOW = "2026-11-23T12:00:00Z";

  private final Map<String, String> environment = new HashMap<>();
  private boolean interactive;
  private String answer;
  private long nanos;

  /** What a command printed, and its exit code. */
  record Ran(int exit, String out, String err) {}

  Cli(FakeManager... managers) {
    if (managers.length == 0) return;
    var endpoints = new StringBuilder();
    for (FakeManager manager : managers) endpoints.append(',').append(manager.endpoint());
    environment.put("SWARM_ENDPOINTS", endpoints.substring(1));
  }

  Cli with(String variable, String value) {
    environment.put(variable, value);
    return this;
  }

  /** A person who types this when asked; null for one who ends the input. */
  Cli answering(String text) {
    answer = text;
    return interactive();
  }

  Cli interactive() {
    interactive = true;
    return this;
  }

  Ran run(String... args) {
    var out = new ByteArrayOutputStream();
    var err = new ByteArrayOutputStream();
    return ran(run(args, out, err), out, err);
  }

  private static Ran ran(int exit, ByteArrayOutputStream out, ByteArrayOutputStream err) {
    return new Ran(
        exit, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  private int run(String[] args, ByteArrayOutputStream out, ByteArrayOutputStream err) {
    var time = new TimeSource(() -> nanos, () -> Instant.parse(NOW).toEpochMilli());
    return SwarmCommand.run(
        args,
        new Terminal(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            environment,
            interactive,
            time,
            millis -> nanos += millis * 1_000_000,
            () -> answer));
  }

  /** Begins a command that does not end by itself. */
  Running start(String... args) {
    return new Running(args);
  }

  /** A command that was begun. */
  final class Running {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final AtomicInteger exit = new AtomicInteger(-1);
    private final Thread thread;

    private Running(String[] args) {
      thread = new Thread(() -> exit.set(run(args, out, err)));
      thread.start();
    }

    /** What it has printed so far. */
    Ran soFar() {
      return ran(exit.get(), out, err);
    }

    /** Ends it. */
    Ran stop() throws InterruptedException {
      thread.interrupt();
      thread.join(10_000);
      return soFar();
    }
  }

  /** Seconds that commands have waited so far. */
  double waitedSeconds() {
    return nanos / 1e9;
  }
}
