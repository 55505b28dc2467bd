package dev.swarm.consensus.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * What transfers of a snapshot to this manager leave behind when they fail or break off: a folder
 * each, with all that came. Ratis keeps them until the next start, and where the snapshot that is
 * sent is damaged it tries a hundred times a second.
 */
public final class BrokenTransfers {
  /** A transfer under way writes its next piece sooner. */
  static final Duration SILENCE = Duration.ofMinutes(10);

  private static final String DAMAGED = ".corrupt";

  private BrokenTransfers() {}

  /** Removes them from the folder of all groups; what a running transfer has written stays. */
  public static void remove(Path raft, Instant now) throws IOException {
    for (Path group : list(raft)) {
      for (Path transfer : list(group.resolve("tmp"))) {
        boolean snapshot = transfer.getFileName().toString().startsWith("snapshot-");
        if (snapshot && isOver(transfer, now)) SnapshotFolder.delete(transfer);
      }
    }
  }

  private static boolean isOver(Path transfer, Instant now) throws IOException {
    List<Path> parts = new ArrayList<>(list(transfer));
    if (parts.stream().anyMatch(part -> part.getFileName().toString().contains(DAMAGED))) {
      return true;
    }
    parts.add(transfer);
    for (Path part : parts) if (isRecent(part, now)) return false;
    return true;
  }

  /** One that has just been put in its place is not there any more. */
  private static boolean isRecent(Path part, Instant now) throws IOException {
    try {
      return Files.getLastModifiedTime(part).toInstant().isAfter(now.minus(SILENCE));
    } catch (NoSuchFileException moved) {
      return true;
    }
  }

  private static List<Path> list(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) return List.of();
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList();
    } catch (NoSuchFileException moved) {
      return List.of();
    }
  }
}
