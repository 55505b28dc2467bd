package dev.swarm.cli;

import dev.swarm.model.TimeSource;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

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
    var time = new TimeSource(() -> nanos, () -> Instant.parse(NOW).toEpochMilli());
    int exit =
        SwarmCommand.run(
            args,
            new Terminal(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                environment,
                interactive,
                time,
                millis -> nanos += millis * 1_000_000,
                () -> answer));
    return new Ran(
        exit, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  /** Seconds that commands have waited so far. */
  double waitedSeconds() {
    return nanos / 1e9;
  }
}
