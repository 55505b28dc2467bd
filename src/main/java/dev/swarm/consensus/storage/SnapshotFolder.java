package dev.swarm.consensus.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.ratis.statemachine.impl.SimpleStateMachineStorage;

/**
 * The folder of snapshots, {@code sm}. To install one of another manager Ratis gives the folder
 * another name, moves a new one in its place and deletes the old one: a kill may leave any of it.
 */
final class SnapshotFolder {
  private static final String BEING_REPLACED = "sm.tmp";

  private final Path group;
  private final Path folder;

  SnapshotFolder(Path group) {
    this.group = group;
    folder = group.resolve("sm");
  }

  /**
   * Which snapshots there are, by their names.
   *
   * @param oldest index of the last entry in the oldest; -1 for none
   * @param newest index of the last entry in the newest; -1 for none
   */
  record Span(long oldest, long newest) {
    static final Span NONE = new Span(-1, -1);
  }

  Span span() throws IOException {
    Optional<Path> place = Files.isDirectory(folder) ? Optional.of(folder) : replaced();
    if (place.isEmpty()) return Span.NONE;
    try (Stream<Path> files = Files.list(place.get())) {
      return files
          .map(Path::toFile)
          .filter(
              file -> SimpleStateMachineStorage.SNAPSHOT_REGEX.matcher(file.getName()).matches())
          .map(SimpleStateMachineStorage::getTermIndexFromSnapshotFile)
          .map(at -> new Span(at.getIndex(), at.getIndex()))
          .reduce(SnapshotFolder::both)
          .orElse(Span.NONE);
    }
  }

  private static Span both(Span one, Span other) {
    return new Span(Math.min(one.oldest(), other.oldest()), Math.max(one.newest(), other.newest()));
  }

  /** The folder that was put aside last. */
  private Optional<Path> replaced() throws IOException {
    return aside().stream().max(Comparator.naturalOrder());
  }

  private List<Path> aside() throws IOException {
    try (Stream<Path> files = Files.list(group)) {
      return files
          .filter(file -> file.getFileName().toString().startsWith(BEING_REPLACED))
          .toList();
    }
  }

  /**
   * Undoes an installation that was interrupted, and removes what is left of those that were not.
   *
   * @return what was undone
   */
  Optional<String> settle() throws IOException {
    Optional<String> undone = Optional.empty();
    Optional<Path> old = replaced();
    if (!Files.isDirectory(folder) && old.isPresent()) {
      Files.move(old.get(), folder);
      undone = Optional.of(folder + ": put back; a newer snapshot was about to replace it");
    }
    Files.createDirectories(folder);
    for (Path left : aside()) delete(left);
    delete(group.resolve("tmp"));
    return undone;
  }

  static void delete(Path tree) throws IOException {
    if (!Files.exists(tree)) return;
    try (Stream<Path> parts = Files.walk(tree)) {
      for (Path part : parts.sorted(Comparator.reverseOrder()).toList()) Files.delete(part);
    }
  }
}
