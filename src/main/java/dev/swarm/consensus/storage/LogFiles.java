package dev.swarm.consensus.storage;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;

/**
 * The log in the folder {@code current} of a group that nobody has open. Reading changes nothing.
 */
public final class LogFiles {
  /** Size of a full log file; only full ones can be purged. */
  public static final int SEGMENT_BYTES = 8 << 20;

  private final Path current;

  private LogFiles(Path current) {
    this.current = current;
  }

  /** The log in a folder that may be missing or empty. */
  public static LogFiles in(Path current) {
    return new LogFiles(current);
  }

  /** Takes entries in their order. */
  public interface Visitor {
    /** Takes one entry: of the state machine, of the configuration, or Ratis' own notes. */
    void visit(LogEntryProto entry) throws IOException;
  }

  /**
   * Reads the entries from an index on, every one of them verified. A torn last record is left out.
   *
   * @param from index of the first entry wanted; older ones are verified only where they share its
   *     file
   * @return what the visitor was given
   * @throws DamagedStorageException when an entry is damaged, one is missing between two others, or
   *     the log begins after {@code from}
   */
  public LogExtent read(long from, Visitor visitor) throws IOException {
    List<LogFile> wanted = list().stream().filter(file -> file.last() >= from).toList();
    requireNoHole(wanted);
    LogExtent extent = LogExtent.EMPTY;
    for (LogFile file : wanted) {
      LogFile.Scan scan =
          file.scan(
              entry -> {
                if (entry.getIndex() >= from) visitor.visit(entry);
              });
      extent = add(extent, file, scan);
    }
    if (!extent.isEmpty() && extent.first() > from) {
      throw new DamagedStorageException(
          "the log in " + current + " begins at entry " + extent.first() + ", not at " + from);
    }
    return extent.isEmpty() ? extent : new LogExtent(from, extent.last());
  }

  /** Which entries the log holds; only the newest file is read. */
  public LogExtent extent() throws IOException {
    List<LogFile> files = list();
    requireNoHole(files);
    LogExtent extent = LogExtent.EMPTY;
    for (LogFile file : files) {
      extent =
          file.isOpen()
              ? add(extent, file, file.scan(entry -> {}))
              : add(extent, file, new LogFile.Scan(file.last(), 0, Optional.empty()));
    }
    return extent;
  }

  /**
   * Removes a log that ends before a snapshot does. A replica applies what a majority has on its
   * disks, so its own log may come behind after a power cut; Ratis would append to it with a hole.
   *
   * @param snapshot index of the last entry in a snapshot that is sound
   * @return what was removed
   */
  public Optional<String> removeIfItEndsBefore(long snapshot) throws IOException {
    LogExtent extent = extent();
    if (extent.isEmpty() || extent.last() >= snapshot) return Optional.empty();
    List<LogFile> files = list();
    for (int i = files.size() - 1; i >= 0; i--) Files.delete(files.get(i).path());
    try (FileChannel folder = FileChannel.open(current, StandardOpenOption.READ)) {
      folder.force(true);
    }
    return Optional.of(
        "the log in "
            + current
            + " ended at entry "
            + extent.last()
            + ", before the newest snapshot, which ends at "
            + snapshot
            + ": removed, the snapshot holds all of it");
  }

  static LogExtent add(LogExtent extent, LogFile file, LogFile.Scan scan) {
    if (scan.last() < file.first()) return extent;
    return new LogExtent(extent.isEmpty() ? file.first() : extent.first(), scan.last());
  }

  /** The files in the order of their entries. */
  List<LogFile> list() throws IOException {
    if (!Files.isDirectory(current)) return List.of();
    try (Stream<Path> files = Files.list(current)) {
      return files
          .map(LogFile::named)
          .flatMap(Optional::stream)
          .sorted(Comparator.comparingLong(LogFile::first).thenComparingLong(LogFile::last))
          .toList();
    }
  }

  /** The files behind the last hole: those before it can never be applied. */
  static List<LogFile> behindTheLastHole(List<LogFile> files) {
    List<LogFile> whole = new ArrayList<>();
    for (LogFile file : files) {
      if (!whole.isEmpty() && !follows(whole.get(whole.size() - 1), file)) whole.clear();
      whole.add(file);
    }
    return whole;
  }

  static void requireNoHole(List<LogFile> files) throws DamagedStorageException {
    for (int i = 1; i < files.size(); i++) {
      LogFile before = files.get(i - 1);
      LogFile after = files.get(i);
      if (follows(before, after)) continue;
      throw new DamagedStorageException(
          before.isOpen()
              ? before.path() + " is unfinished, but " + after.path() + " comes after it"
              : after.path()
                  + " does not follow "
                  + before.path().getFileName()
                  + ": entries from "
                  + (before.last() + 1)
                  + " on are missing or there twice");
    }
  }

  private static boolean follows(LogFile before, LogFile after) {
    return !before.isOpen() && after.first() == before.last() + 1;
  }
}
