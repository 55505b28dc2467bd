package dev.swarm.consensus.storage;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Looks through the files of one group before Ratis opens them. Heals what a power cut or a kill
 * leaves behind and was never acknowledged, and refuses everything else.
 */
public final class StorageCheck {
  private final Path current;
  private final SnapshotFolder snapshots;
  private final List<String> healed = new ArrayList<>();

  private StorageCheck(Path group) {
    current = group.resolve("current");
    snapshots = new SnapshotFolder(group);
  }

  /**
   * Checks and heals the folder of one group, {@code raft/GROUP}, that nobody has open.
   *
   * @return what was healed, a line each, for whoever looks after the machine
   * @throws DamagedStorageException when the files must not be used; then nothing was changed
   */
  public static List<String> heal(Path group) throws IOException {
    StorageCheck check = new StorageCheck(group);
    if (!check.isFormed()) return List.of();
    check.run();
    return List.copyOf(check.healed);
  }

  /** A folder in which nothing was ever written is for Ratis to fill. */
  private boolean isFormed() throws IOException {
    if (!Files.isDirectory(current)) return false;
    try (Stream<Path> files = Files.list(current)) {
      return files.anyMatch(file -> !file.getFileName().toString().equals("raft-meta.tmp"));
    }
  }

  private void run() throws IOException {
    new VoteFile(current.resolve("raft-meta")).require();
    List<LogFile> all = LogFiles.in(current).list();
    SnapshotFolder.Span held = snapshots.span();
    List<LogFile> whole = LogFiles.behindTheLastHole(all);
    boolean hole = whole.size() < all.size();
    if (hole && whole.get(0).first() > held.oldest() + 1) LogFiles.requireNoHole(all);
    LogExtent extent = LogExtent.EMPTY;
    Optional<Torn> torn = Optional.empty();
    for (LogFile file : whole) {
      LogFile.Scan scan = file.scan(entry -> {});
      if (scan.torn().isPresent()) torn = Optional.of(new Torn(file, scan));
      extent = LogFiles.add(extent, file, scan);
    }
    requireNoHoleBehindSnapshots(extent, held);
    if (!reachesBack(extent, held)) {
      new MembersFile(current.resolve("raft-meta.conf")).require();
    }
    snapshots.settle().ifPresent(healed::add);
    for (LogFile left : all.subList(0, all.size() - whole.size())) forget(left);
    if (torn.isPresent()) cut(torn.get());
  }

  /** Whether the log, if there is any, has everything since its first entry. */
  private static boolean reachesBack(LogExtent extent, SnapshotFolder.Span held) {
    if (extent.isEmpty()) return held.newest() < 0;
    return extent.first() == 0 && extent.last() >= held.newest();
  }

  private void requireNoHoleBehindSnapshots(LogExtent extent, SnapshotFolder.Span held)
      throws DamagedStorageException {
    if (extent.isEmpty() || extent.first() <= held.newest() + 1) return;
    throw new DamagedStorageException(
        "the log in "
            + current
            + " begins at entry "
            + extent.first()
            + (held.newest() < 0
                ? " and there is no snapshot of what was before"
                : ", but the newest snapshot ends with entry " + held.newest()));
  }

  /** An open file whose last record was never wholly written. */
  private record Torn(LogFile file, LogFile.Scan scan) {}

  private void cut(Torn torn) throws IOException {
    BrokenRecord record = torn.scan().torn().orElseThrow();
    try (FileChannel file = FileChannel.open(torn.file().path(), StandardOpenOption.WRITE)) {
      file.truncate(torn.scan().length());
      file.force(true);
    }
    healed.add(
        torn.file().path()
            + ": cut the "
            + record.tornBytes()
            + " bytes of entry "
            + record.index()
            + " at its end, which was never wholly written and so never acknowledged");
  }

  /** Purging ends with the oldest file; when it was interrupted, that one is left alone. */
  private void forget(LogFile left) throws IOException {
    Files.delete(left.path());
    healed.add(left.path() + ": removed; every snapshot kept is newer, and it was being purged");
  }
}
