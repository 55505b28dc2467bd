package dev.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Holds every file's imports against the map in ARCHITECTURE.md. */
class ArchitectureTest {
  private static final Path SOURCES = Path.of("src/main/java/dev/swarm");
  private static final Pattern IMPORT =
      Pattern.compile("^import (?:static )?([\\w.]+);", Pattern.MULTILINE);
  private static final Set<String> FEATURE = Set.of("model", "bus", "wire", "codec", "edge");

  /** Who may import which of our packages; itself always. */
  private static final Map<String, Set<String>> MAY_IMPORT =
      Map.ofEntries(
          Map.entry("model", Set.of()),
          Map.entry("bus", Set.of("model")),
          Map.entry("edge", Set.of("model")),
          Map.entry("config", Set.of("model")),
          Map.entry("codec", Set.of("model")),
          Map.entry("wire", Set.of("model", "bus", "edge")),
          Map.entry("consensus", FEATURE),
          Map.entry("presence", FEATURE),
          Map.entry("dispatch", FEATURE),
          Map.entry("forward", FEATURE),
          Map.entry("placement", FEATURE),
          Map.entry("rebalance", FEATURE),
          Map.entry("worker", FEATURE),
          Map.entry("control", FEATURE),
          Map.entry("membership", FEATURE),
          Map.entry("cli", Set.of("model", "config", "codec", "consensus")),
          Map.entry("bench", Set.of("model", "bus", "consensus")),
          Map.entry("lab", Set.of("bench", "config")));

  /** Libraries that only some packages may know. */
  private static final Map<String, Set<String>> KNOWN_ONLY_TO =
      Map.of(
          "org.apache.ratis.", Set.of("consensus", "bench"),
          "org.h2.mvstore.", Set.of("worker"),
          "io.vertx.grpc.",
              Set.of(
                  "wire",
                  "consensus",
                  "dispatch",
                  "forward",
                  "membership",
                  "worker",
                  "app",
                  "bench"),
          "io.reactivex.", Set.of("dispatch", "forward", "worker"),
          "io.vertx.ext.web.", Set.of("control"),
          "picocli.", Set.of("cli", "lab", "bench", "app"),
          "dev.swarm.v1.",
              Set.of("wire", "consensus", "dispatch", "forward", "membership", "worker"),
          "dev.swarm.log.v1.", Set.of("codec"));

  private static final String CONSENSUS = "dev.swarm.consensus.";

  /** The parts of consensus, each with those below it. The package itself may import them all. */
  private static final Map<String, Set<String>> PARTS_OF_CONSENSUS =
      Map.of(
          "storage", Set.of(),
          "meters", Set.of(),
          "guard", Set.of("storage"),
          "gate", Set.of("meters"),
          "formation", Set.of("storage"),
          "digests", Set.of("storage", "meters"),
          "snapshots", Set.of("storage", "formation", "guard"),
          "raft", Set.of("storage", "formation", "snapshots", "guard", "gate", "digests"));

  private static final Set<String> KNOWS_RATIS = Set.of("raft", "snapshots", "storage");

  @Test
  void givenTheMap_whenAFileImportsOurs_thenTheMapAllowsIt() {
    List<String> violations = new ArrayList<>();
    forEachImport(
        (file, owner, imported) -> {
          if (!imported.startsWith("dev.swarm.")
              || imported.matches("dev\\.swarm\\.(log\\.)?v1\\..*")) return;
          String target = imported.substring("dev.swarm.".length()).replaceAll("\\..*", "");
          Set<String> allowed = MAY_IMPORT.get(owner);
          if (owner.equals("app") || target.equals(owner)) return;
          if (allowed == null || !allowed.contains(target)) violations.add(file + ": " + imported);
        });
    assertThat(violations).isEmpty();
  }

  @Test
  void givenTheMap_whenAFileImportsALibrary_thenThatLibraryIsForItsPackage() {
    List<String> violations = new ArrayList<>();
    forEachImport(
        (file, owner, imported) ->
            KNOWN_ONLY_TO.forEach(
                (library, owners) -> {
                  if (imported.startsWith(library) && !owners.contains(owner)) {
                    violations.add(file + ": " + imported);
                  }
                }));
    assertThat(violations).isEmpty();
  }

  /** Each part of consensus and those it may import; without cycles, because each names earlier. */
  @Test
  void givenThePartsOfConsensus_whenAFileImportsAnother_thenItIsOneOfThoseBelow() {
    List<String> violations = new ArrayList<>();
    forEachImport(
        (file, owner, imported) -> {
          String part = part(file);
          if (part == null || !imported.startsWith(CONSENSUS)) return;
          String target = imported.substring(CONSENSUS.length()).replaceAll("\\..*", "");
          Set<String> below = PARTS_OF_CONSENSUS.get(part);
          if (target.equals(part)) return;
          if (below == null || !below.contains(target)) violations.add(file + ": " + imported);
        });
    assertThat(violations).isEmpty();
  }

  @Test
  void givenThePartsOfConsensus_whenAFileImportsRatis_thenItIsOneThatMay() {
    List<String> violations = new ArrayList<>();
    forEachImport(
        (file, owner, imported) -> {
          if (!owner.equals("consensus") || !imported.startsWith("org.apache.ratis.")) return;
          String part = part(file);
          if (part == null || !KNOWS_RATIS.contains(part)) violations.add(file + ": " + imported);
        });
    assertThat(violations).isEmpty();
  }

  @Test
  void givenTheFilesOfTheLog_whenRead_thenNothingOfOursIsKnown() {
    List<String> violations = new ArrayList<>();
    forEachImport(
        (file, owner, imported) -> {
          boolean storage = "storage".equals(part(file));
          if (storage && imported.startsWith("dev.swarm.")) violations.add(file + ": " + imported);
        });
    assertThat(violations).isEmpty();
  }

  /** The part of consensus that a file belongs to; null for the package itself and for others. */
  private static String part(Path file) {
    Path within = SOURCES.relativize(file);
    return within.startsWith("consensus") && within.getNameCount() == 3
        ? within.getName(1).toString()
        : null;
  }

  @Test
  void givenAPackage_whenListed_thenItSaysWhatItIsFor() throws IOException {
    try (Stream<Path> folders = Files.walk(SOURCES)) {
      assertThat(folders.filter(Files::isDirectory).filter(folder -> !folder.equals(SOURCES)))
          .isNotEmpty()
          .allSatisfy(folder -> assertThat(folder.resolve("package-info.java")).exists());
    }
  }

  /** Takes one import of one file. */
  private interface Visitor {
    void visit(Path file, String owner, String imported);
  }

  private static void forEachImport(Visitor visitor) {
    try (Stream<Path> files = Files.walk(SOURCES)) {
      for (Path file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
        String owner = SOURCES.relativize(file).getName(0).toString();
        Matcher imports = IMPORT.matcher(Files.readString(file));
        while (imports.find()) visitor.visit(file, owner, imports.group(1));
      }
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
