package dev.swarm.lab;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs commands of the jar as processes of their own. */
final class OperatorShell {
  private final String endpoint;
  private final Path folder;

  /** Commands ask the manager with this address; what they print goes through the folder. */
  OperatorShell(String base, Path folder) {
    this.endpoint = base.replace("http://", "");
    this.folder = folder;
  }

  /** What a command printed, and its exit code. */
  record Ran(int exit, String out, String err) {}

  Ran run(String... words) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:+UseSerialGC", "-jar", Lab.jar().toString()));
    command.addAll(List.of(words));
    Path out = Files.createTempFile(folder, "out", "");
    Path err = Files.createTempFile(folder, "err", "");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
    builder.environment().put("SWARM_ENDPOINTS", endpoint);
    Process process = builder.start();
    try {
      boolean ended = process.waitFor(TestCluster.LIMIT.toSeconds(), TimeUnit.SECONDS);
      if (!ended) throw new LabException(String.join(" ", words) + " does not end");
      return new Ran(process.exitValue(), Files.readString(out), Files.readString(err));
    } finally {
      process.destroyForcibly();
    }
  }
}
