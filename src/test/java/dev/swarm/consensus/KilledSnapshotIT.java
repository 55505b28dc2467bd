package dev.swarm.consensus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.swarm.lab.LiveFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A process is killed while it takes a snapshot, or while it is given one; more often with {@code
 * -Dswarm.kills=N}.
 */
class KilledSnapshotIT {
  private static final int TIMES = Integer.getInteger("swarm.kills", 1);
  private static final int CLIENTS = 4;
  private static final int SNAPSHOT_EVERY = 40;
  private static final int SEGMENT_BYTES = 1 << 20;
  private static final int MANY = 1_000_000;
  private static final int LARGE = 200 << 10;
  private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(60);

  @TempDir Path root;

  /** The files of this member whose path, within its log's folder, is such a one. */
  private static Set<Path> find(Path member, Predicate<String> wanted) {
    Path raft = member.resolve("raft");
    return LiveFiles.below(raft).stream()
        .filter(file -> wanted.test(raft.relativize(file).toString()))
        .collect(Collectors.toSet());
  }

  /** Kills the member in the moment in which it has such a file that was not there before. */
  private static void killWhen(
      Members members, String id, Predicate<String> written, Set<Path> before)
      throws InterruptedException {
    long end = System.nanoTime() + LIMIT_NANOS;
    while (before.containsAll(find(members.folder(id), written))) {
      assertThat(System.nanoTime()).as("it never came to that").isLessThan(end);
      pause();
    }
    members.kill(List.of(id));
  }

  private static void startAndKillWhen(Members members, String id, Predicate<String> written)
      throws IOException, InterruptedException {
    Set<Path> before = find(members.folder(id), written);
    members.start(id);
    killWhen(members, id, written, before);
  }

  private static void pause() {
    LockSupport.parkNanos(500_000);
  }

  /** Whether the beginning of the log is purged there. */
  private static boolean forgets(Members members, String id) {
    return find(members.folder(id), KilledSnapshotIT::beginning).isEmpty();
  }

  private static boolean halfTaken(String file) {
    return file.matches(".*/sm/snapshot\\.\\d+_\\d+\\.tmp");
  }

  private static boolean beginning(String file) {
    return file.matches(".*/current/log_(inprogress_)?0.*");
  }

  private static boolean halfGiven(String file) {
    return file.matches(".*/tmp/snapshot-.*/snapshot\\.\\d+_\\d+");
  }

  private static boolean inPlace(String file) {
    return file.matches(".*/sm/snapshot\\.\\d+_\\d+");
  }

  @Test
  void givenASnapshotBeingTaken_whenKilled_thenNothingAcknowledgedIsLostAndTheHalfIsGone()
      throws Exception {
    try (Members members = new Members(root, 1, SNAPSHOT_EVERY, SEGMENT_BYTES)) {
      members.start("m1");
      for (int caught = 0, i = 0; caught < TIMES; i++) {
        members.leader();
        for (int c = 0; c < CLIENTS; c++) members.write("m1", "r" + i + "c" + c, MANY, LARGE);
        killWhen(members, "m1", KilledSnapshotIT::halfTaken, Set.of());
        if (!find(members.folder("m1"), KilledSnapshotIT::halfTaken).isEmpty()) caught++;
        Set<String> before = new TreeSet<>(members.acknowledged());
        members.start("m1");
        members.leader();
        Set<String> there = members.state("m1").tasks();
        assertThat(there).containsAll(before);
        assertThat(there.size() - before.size()).isLessThanOrEqualTo((i + 1) * CLIENTS);
      }
    }
  }

  @Test
  void givenASnapshotBeingInstalled_whenKilled_thenItIsInstalledAnewAndTheStatesAreEqual()
      throws Exception {
    try (Members members = new Members(root, 3, SNAPSHOT_EVERY, SEGMENT_BYTES)) {
      members.start("m1");
      members.start("m2");
      for (int i = 0; !forgets(members, members.leader()); i++) {
        members.write(members.leader(), "c" + i, SNAPSHOT_EVERY, LARGE);
        String last = "c" + i + "-" + (SNAPSHOT_EVERY - 1);
        long end = System.nanoTime() + LIMIT_NANOS / 4;
        while (!members.acknowledged().contains(last) && System.nanoTime() < end) pause();
      }
      for (int i = 0; i < TIMES; i++) {
        startAndKillWhen(members, "m3", KilledSnapshotIT::halfGiven);
        assertThat(find(members.folder("m3"), KilledSnapshotIT::inPlace)).isEmpty();
      }
      startAndKillWhen(members, "m3", KilledSnapshotIT::inPlace);
      members.kill(List.of("m1", "m2"));
      Set<String> before = new TreeSet<>(members.acknowledged());
      members.startAll();
      members.leader();
      assertThat(members.agreed().tasks()).containsAll(before);
    }
  }
}
