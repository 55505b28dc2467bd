package dev.swarm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A command is quick because it loads little; what it loads can be counted without a stopwatch. */
class QuickStartTest {

  /** What the jar does with a command. */
  static final class Main {
    private Main() {}

    public static void main(String[] args) {
      System.exit(SwarmCommand.run(args, System.out, System.err, System.getenv()));
    }
  }

  @Test
  void givenAProcessOfItsOwn_whenWorkersAreListed_thenNeitherVertxNorLoggingIsLoaded()
      throws Exception {
    try (FakeManager manager = new FakeManager()) {
      manager.on("GET /api/v1/workers", 200, "[{\"id\":\"w1\"}]");
      List<String> loaded =
          loadedBy("worker", "ls", "-o", "json", "--endpoints", manager.endpoint());
      assertThat(loaded).anyMatch(line -> line.contains(" dev.swarm.cli.WorkerCommand "));
      assertThat(loaded)
          .noneMatch(line -> line.contains(" io.vertx.core.impl."))
          .noneMatch(line -> line.contains(" io.netty."))
          .noneMatch(line -> line.contains(" org.slf4j."))
          .noneMatch(line -> line.contains(" ch.qos.logback."));
    }
  }

  private static List<String> loadedBy(String... args) throws Exception {
    var command = new java.util.ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xlog:class+load", "-XX:+UseSerialGC", "-cp"));
    command.add(System.getProperty("java.class.path"));
    command.add(Main.class.getName());
    command.addAll(List.of(args));
    Process process =
        new ProcessBuilder(command)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .directory(new File("."))
            .start();
    var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).isZero();
    return output.lines().toList();
  }
}
