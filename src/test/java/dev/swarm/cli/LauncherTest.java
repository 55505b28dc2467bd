package dev.swarm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code scripts/swarm} hands to Java. */
class LauncherTest {
  @TempDir Path root;

  @BeforeEach
  void install() throws IOException {
    Path script = Files.createDirectory(root.resolve("scripts")).resolve("swarm");
    Files.copy(Path.of("scripts/swarm"), script);
    Files.createFile(Files.createDirectory(root.resolve("target")).resolve("swarm.jar"));
    Path java = Files.createDirectory(root.resolve("bin")).resolve("java");
    Files.writeString(java, "#!/bin/sh\nprintf '%s\\n' \"$@\"\n");
    assertThat(java.toFile().setExecutable(true)).isTrue();
  }

  private List<String> handed(String... arguments) throws Exception {
    return handedWith("-Xmx1g -XX:-ExitOnOutOfMemoryError", arguments);
  }

  private List<String> handedWith(String options, String... arguments) throws Exception {
    ProcessBuilder launcher = new ProcessBuilder("bash", root.resolve("scripts/swarm").toString());
    launcher.command().addAll(List.of(arguments));
    launcher.environment().put("JAVA_HOME", root.toString());
    launcher.environment().put("JAVA_OPTS", options);
    Process running = launcher.redirectErrorStream(true).start();
    String said = new String(running.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(running.waitFor(10, TimeUnit.SECONDS)).isTrue();
    return said.lines().toList();
  }

  @Test
  void givenAProcessOfACluster_thenItEndsWithoutMemory_unlessTheOperatorSaysOtherwise()
      throws Exception {
    assertThat(handed("-conf", "m1.json"))
        .containsExactly(
            "-XX:+ExitOnOutOfMemoryError",
            "-XX:+UseG1GC",
            "-XX:G1HeapRegionSize=4m",
            "-Xmx1g",
            "-XX:-ExitOnOutOfMemoryError",
            "-jar",
            root.toRealPath().resolve("target/swarm.jar").toString(),
            "-conf",
            "m1.json");
  }

  @Test
  void givenAProcessOfACluster_thenItsCollectorIsG1_unlessTheOperatorNamesAnother()
      throws Exception {
    assertThat(handedWith("", "-conf", "m1.json")).contains("-XX:+UseG1GC");
    assertThat(handedWith("-XX:+UseDynamicNumberOfGCThreads", "-conf", "m1.json"))
        .contains("-XX:+UseG1GC");
    assertThat(handedWith("-XX:+UseLargePages -XX:MaxGCPauseMillis=100", "-conf", "m1.json"))
        .contains("-XX:+UseG1GC");
    assertThat(handedWith("-XX:+UseZGC -Xmx4g", "-conf", "m1.json"))
        .contains("-XX:+UseZGC")
        .doesNotContain("-XX:+UseG1GC", "-XX:G1HeapRegionSize=4m");
  }

  @Test
  void givenACommand_thenItStartsQuickly() throws Exception {
    assertThat(handed("worker", "ls"))
        .contains("-XX:TieredStopAtLevel=1")
        .doesNotContain("-XX:+ExitOnOutOfMemoryError")
        .endsWith("worker", "ls");
  }
}
