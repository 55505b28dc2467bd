package dev.swarm.codec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.swarm.model.ClusterState;
import dev.swarm.model.Command;
import dev.swarm.model.Outcome;
import dev.swarm.model.Refusal;
import dev.swarm.model.SwarmException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * What released programs have written stays readable. For every kind of record there are files
 * {@code KIND.1.bin}, {@code KIND.2.bin} and so on, as the program wrote them at some time, and
 * beside each a text of what it means. Files that are committed are never changed; what to do when
 * the encoding changes stands in the documentation of the package.
 */
class GoldenFilesTest {
  private static final Path GOLDEN = Path.of("src/test/resources/golden");

  /** A sum for each file, as {@code sha256sum} writes and checks them. */
  private static final Path SUMS = GOLDEN.resolve("SHA256SUMS");

  /** Writes what is missing: {@code mvn test -Dtest=GoldenFilesTest -Dswarm.golden=write}. */
  private static final boolean WRITE = "write".equals(System.getProperty("swarm.golden"));

  private static final String SNAPSHOT = "Snapshot";
  private static final String OUTCOMES = "Outcomes";
  private static final String ENTRY = "Entry";

  @TestFactory
  Stream<DynamicTest> givenWhatAnEarlierProgramWrote_whenRead_thenItMeansTheSame()
      throws IOException {
    List<Path> files = files();
    assertThat(files).isNotEmpty();
    return files.stream()
        .map(file -> DynamicTest.dynamicTest(name(file), () -> readsAsBefore(file)));
  }

  private static void readsAsBefore(Path file) throws IOException {
    Path meaning = file.resolveSibling(name(file).replace(".bin", ".txt"));
    assertThat(Description.of(read(file))).isEqualTo(Files.readString(meaning));
  }

  @TestFactory
  Stream<DynamicTest> givenWhatThisProgramWrites_whenLookedFor_thenItIsAmongTheGoldenFiles()
      throws IOException {
    return written().stream()
        .map(one -> DynamicTest.dynamicTest(one.getKey(), () -> isGolden(one)));
  }

  private static void isGolden(Map.Entry<String, byte[]> one) throws IOException {
    List<Path> same = files().stream().filter(file -> kind(file).equals(one.getKey())).toList();
    for (Path file : same) if (Arrays.equals(Files.readAllBytes(file), one.getValue())) return;
    Path missing = GOLDEN.resolve(one.getKey() + "." + (same.size() + 1) + ".bin");
    if (WRITE) {
      Files.write(missing, one.getValue());
      Files.writeString(
          missing.resolveSibling(name(missing).replace(".bin", ".txt")),
          Description.of(read(missing)));
      Files.writeString(SUMS, line(missing) + "\n", StandardOpenOption.APPEND);
    }
    assertThat(WRITE)
        .as(
            "%s is written in a way that no golden file has: see the documentation of package"
                + " dev.swarm.codec, then run this test with -Dswarm.golden=write",
            one.getKey())
        .isTrue();
  }

  @Test
  void givenTheGoldenFiles_whenSummed_thenEachIsListedAndAsItWasWhenItWasListed()
      throws IOException {
    List<String> listed = Files.readAllLines(SUMS);
    List<String> found = new ArrayList<>();
    for (Path file : files()) found.add(line(file));
    List<String> names = listed.stream().map(GoldenFilesTest::listedName).toList();
    assertThat(names).as("each is listed once").doesNotHaveDuplicates();
    assertThat(without(found, listed))
        .as(
            "what a released program wrote never changes: take these files back as they were"
                + " committed, and let -Dswarm.golden=write add what is new")
        .isEmpty();
    assertThat(without(listed, found))
        .as("a new file is frozen like the others: add its line to %s", SUMS)
        .isEmpty();
  }

  private static List<String> without(List<String> some, List<String> all) {
    return all.stream().filter(line -> !some.contains(line)).toList();
  }

  private static String line(Path file) throws IOException {
    return Sha256.of(file) + "  " + name(file);
  }

  private static String listedName(String line) {
    return line.substring(line.lastIndexOf(' ') + 1);
  }

  @Test
  void givenTheSealedCommands_whenLookedFor_thenEachHasAGoldenFile() throws IOException {
    List<String> kinds = files().stream().map(GoldenFilesTest::kind).toList();
    assertThat(kinds).contains(SNAPSHOT, OUTCOMES, ENTRY);
    for (Class<?> command : Command.class.getPermittedSubclasses()) {
      assertThat(kinds).contains(command.getSimpleName());
    }
  }

  private static List<Map.Entry<String, byte[]>> written() throws IOException {
    List<Map.Entry<String, byte[]>> written = new ArrayList<>();
    for (Command command : Samples.commands()) {
      written.add(Map.entry(command.getClass().getSimpleName(), LogCodec.encode(List.of(command))));
    }
    ByteArrayOutputStream snapshot = new ByteArrayOutputStream();
    LogCodec.writeSnapshot(Samples.records().toState(), snapshot);
    written.add(Map.entry(SNAPSHOT, snapshot.toByteArray()));
    written.add(Map.entry(ENTRY, LogCodec.encode(Samples.entry())));
    written.add(Map.entry(OUTCOMES, LogCodec.encodeOutcomes(List.of(outcome()))));
    return written;
  }

  private static Outcome outcome() {
    return new Outcome(
        5,
        Arrays.stream(SwarmException.Kind.values())
            .map(kind -> new Refusal(kind.ordinal(), kind, "because " + kind))
            .toList());
  }

  private static Object read(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    if (kind(file).equals(SNAPSHOT)) {
      ClusterState state = LogCodec.readSnapshot(new ByteArrayInputStream(bytes));
      return state.records();
    }
    if (kind(file).equals(OUTCOMES)) return LogCodec.decodeOutcomes(bytes).get(0);
    if (kind(file).equals(ENTRY)) return LogCodec.decodeEntry(bytes);
    assertThat(LogCodec.decode(bytes)).hasSize(1);
    return LogCodec.decode(bytes).get(0);
  }

  private static String kind(Path file) {
    return name(file).substring(0, name(file).indexOf('.'));
  }

  private static String name(Path file) {
    return file.getFileName().toString();
  }

  private static List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(GOLDEN)) {
      return files.filter(file -> name(file).endsWith(".bin")).sorted().toList();
    }
  }
}
