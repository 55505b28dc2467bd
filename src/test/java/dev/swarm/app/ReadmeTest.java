package dev.swarm.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The README shows code that compiles and runs: the example's own. */
class ReadmeTest {
  private static final Path EXAMPLE = Path.of("src/test/java/dev/swarm/app/EmbeddingExample.java");

  @ParameterizedTest
  @ValueSource(strings = {"worker", "manager"})
  void itsCodeIsThatOfTheExample(String part) throws IOException {
    List<String> lines = Files.readAllLines(EXAMPLE);
    int start = lines.indexOf("  // README: " + part) + 1;
    assertThat(start).isPositive();
    String code =
        lines.subList(start, lines.size()).stream()
            .takeWhile(line -> !line.equals("  // README: end"))
            .map(line -> line.isEmpty() ? line : line.substring(2))
            .collect(Collectors.joining("\n"))
            .strip();
    assertThat(Files.readString(Path.of("README.md"))).contains(code);
  }
}
