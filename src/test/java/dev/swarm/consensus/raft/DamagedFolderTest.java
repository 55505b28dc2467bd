package dev.swarm.consensus.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.swarm.codec.LogCodec;
import dev.swarm.consensus.Group;
import dev.swarm.consensus.Tasks;
import dev.swarm.consensus.formation.Formed;
import dev.swarm.consensus.snapshots.SnapshotFile;
import dev.swarm.consensus.snapshots.SnapshotFiles;
import dev.swarm.consensus.storage.LogBytes;
import dev.swarm.consensus.storage.LogFiles;
import dev.swarm.model.SwarmException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.ratis.server.RaftServerConfigKeys.Log.CorruptionPolicy;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.server.storage.StorageImplUtils;
import org.apache.ratis.util.MD5FileUtil;
import org.apache.ratis.util.SizeInBytes;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What becomes of a manager whose files were damaged while it was down. */
class DamagedFolderTest {
  private static final int SNAPSHOT_EVERY = 20;

  @TempDir static Path root;
  private static RaftOptions made;
  private static long digest;
  @TempDir Path copy;
  private RaftOptions options;
  private Path group;
  private final LogFailures failures = new LogFailures();

  /** A folder with three snapshots, and a log that reaches back to the oldest of them. */
  @BeforeAll
  static void fill() throws Exception {
    made = options(root.resolve("whole"));
    Formed.group(List.of("m1"), "test", id -> made.dataDir());
    RatisLog log = RatisLog.open(made, Group.SEGMENT_BYTES, new LogFailures(), Group.TIME);
    await().until(() -> log.standing().leads());
    for (int i = 0; i < 5 * SNAPSHOT_EVERY; i++) {
      byte[] entry = LogCodec.encode(List.of(Tasks.submit("t" + i, 300)));
      log.entrance().propose(entry, i).get(10, TimeUnit.SECONDS);
    }
    await().until(() -> snapshots(group(made)).size() == SnapshotFiles.KEPT);
    log.close();
    digest = log.state().digest();
  }

  @BeforeEach
  void copy() throws IOException {
    Path target = copy.resolve("data");
    try (Stream<Path> files = Files.walk(made.dataDir())) {
      for (Path file : files.toList()) {
        Files.copy(file, target.resolve(made.dataDir().relativize(file)));
      }
    }
    options = options(target);
    group = group(options);
  }

  @Test
  void givenAWholeFolder_whenStarted_thenTheStateIsTheSame() throws IOException {
    assertHealed();
    assertThat(LogFiles.in(group.resolve("current")).extent().first())
        .as("the log was purged, up to the oldest snapshot and no further")
        .isPositive()
        .isLessThanOrEqualTo(indexOf(snapshots(group).get(0)) + 1);
  }

  /** Ways in which a snapshot is not what it was. */
  enum SnapshotDamage {
    BIT_FLIPPED {
      @Override
      void to(Path snapshot) throws IOException {
        flip(snapshot, (int) Files.size(snapshot) / 2);
      }
    },
    TRUNCATED {
      @Override
      void to(Path snapshot) throws IOException {
        byte[] bytes = Files.readAllBytes(snapshot);
        Files.write(snapshot, Arrays.copyOf(bytes, bytes.length / 2));
      }
    },
    DIGEST_MISSING {
      @Override
      void to(Path snapshot) throws IOException {
        Files.delete(digestOf(snapshot));
      }
    },
    DIGEST_EMPTY {
      @Override
      void to(Path snapshot) throws IOException {
        Files.write(digestOf(snapshot), new byte[0]);
      }
    },
    ZERO_BYTES {
      @Override
      void to(Path snapshot) throws IOException {
        Files.write(snapshot, new byte[0]);
      }
    },
    ZERO_BYTES_WITH_THEIR_DIGEST {
      @Override
      void to(Path snapshot) throws IOException {
        ZERO_BYTES.to(snapshot);
        MD5FileUtil.computeAndSaveMd5ForFile(snapshot.toFile());
      }
    },
    OTHER_CONTENT_WITH_ITS_DIGEST {
      @Override
      void to(Path snapshot) throws IOException {
        BIT_FLIPPED.to(snapshot);
        MD5FileUtil.computeAndSaveMd5ForFile(snapshot.toFile());
      }
    };

    abstract void to(Path snapshot) throws IOException;

    private static Path digestOf(Path snapshot) {
      return MD5FileUtil.getDigestFileForFile(snapshot.toFile()).toPath();
    }
  }

  @Test
  void givenTheNewestSnapshotDamaged_whenStarted_thenTheOneBeforeIsTakenAndTheLogDoesTheRest()
      throws IOException {
    SnapshotDamage.BIT_FLIPPED.to(last(snapshots(group)));
    assertHealed();
  }

  @ParameterizedTest
  @EnumSource
  void givenTheNewestSnapshotDamaged_whenLoaded_thenTheOneBeforeIsTaken(SnapshotDamage damage)
      throws IOException {
    Path newest = last(snapshots(group));
    damage.to(newest);
    byte[] damaged = Files.readAllBytes(newest);
    SnapshotFiles files = new SnapshotFiles();
    try (RaftStorage storage = storage()) {
      files.init(storage);
      SnapshotFiles.Loaded loaded = files.load(LogFiles.in(group.resolve("current")).extent());
      assertThat(loaded.at().getIndex()).isEqualTo(indexOf(last(snapshots(group))));
      assertThat(loaded.state().tasks()).isNotEmpty();
      assertThat(files.getLatestSnapshot().getTermIndex()).isEqualTo(loaded.at());
    }
    assertThat(snapshots(group)).hasSize(2).doesNotContain(newest);
    assertThat(Files.readAllBytes(newest.resolveSibling("damaged." + newest.getFileName())))
        .isEqualTo(damaged);
  }

  private RaftStorage storage() throws IOException {
    RaftStorage storage =
        StorageImplUtils.newRaftStorage(
            group.toFile(),
            SizeInBytes.ONE_KB,
            RaftStorage.StartupOption.RECOVER,
            CorruptionPolicy.EXCEPTION);
    storage.initialize();
    return storage;
  }

  @ParameterizedTest
  @EnumSource
  void givenAllSnapshotsDamaged_whenStarted_thenItIsRefusedAndNothingIsChanged(
      SnapshotDamage damage) throws IOException {
    for (Path snapshot : snapshots(group)) damage.to(snapshot);
    List<Path> before = snapshots(group);
    assertRefused(last(before).toString(), "no other one is sound");
    assertThat(snapshots(group)).isEqualTo(before);
  }

  @Test
  void givenTheLogAndTheNewestSnapshotDamaged_whenTheLogIsTooShort_thenItIsRefused()
      throws IOException {
    SnapshotDamage.BIT_FLIPPED.to(last(snapshots(group)));
    for (Path file : logFiles()) Files.delete(file);
    assertRefused("the next sound one ends at", "the log holds nothing");
  }

  @Test
  void givenASnapshotOfANewerProgram_whenStarted_thenAnUpgradeIsAskedForAndItIsKept()
      throws IOException {
    Path newest = last(snapshots(group));
    byte[] bytes = Files.readAllBytes(newest);
    int version = bytes[0] < 0 ? 3 : 2;
    assertThat(bytes[version - 1]).as("the tag of the version").isEqualTo((byte) 0x08);
    bytes[version] = 99;
    Files.write(newest, bytes);
    MD5FileUtil.computeAndSaveMd5ForFile(newest.toFile());
    assertThatThrownBy(() -> RatisLog.open(options, Group.SEGMENT_BYTES, failures, Group.TIME))
        .hasMessageContainingAll(newest.toString(), "format version 99", "upgrade")
        .hasMessageNotContaining("swarm manager rm");
    assertThat(newest).exists();
  }

  @Test
  void givenAnOlderDigestDamaged_whenStarted_thenTheNewestIsTakenAndSnapshotsGoOn()
      throws IOException {
    Path oldest = snapshots(group).get(0);
    SnapshotDamage.DIGEST_EMPTY.to(oldest);
    assertHealed();
    assertThat(snapshots(group)).isNotEmpty().doesNotContain(oldest);
  }

  @Test
  void givenASnapshotThatWasBeingTaken_whenStarted_thenItIsNotThere() throws IOException {
    Path sm = group.resolve("sm");
    Files.writeString(sm.resolve("snapshot.9_900.tmp"), "half");
    Files.writeString(
        sm.resolve("snapshot.9_900.md5"), "0123456789abcdef0123456789abcdef *snapshot.9_900\n");
    assertHealed();
    assertThat(sm.resolve("snapshot.9_900.tmp")).doesNotExist();
  }

  @Test
  void givenTheLastRecordTorn_whenStarted_thenItIsCut() throws IOException {
    Path open = last(logFiles());
    byte[] bytes = Files.readAllBytes(open);
    long next = LogFiles.in(open.getParent()).extent().last() + 1;
    byte[] torn = Arrays.copyOf(LogBytes.record(next, 300), 200);
    byte[] longer = Arrays.copyOf(bytes, bytes.length + 2_000);
    System.arraycopy(torn, 0, longer, bytes.length, torn.length);
    Files.write(open, longer);
    assertHealed();
    assertThat(LogFiles.in(open.getParent()).extent().last()).isGreaterThan(next);
  }

  /** A replica applies what a majority has on its disks, be it on its own or not yet. */
  @Test
  void givenALogThatEndsBeforeTheSnapshot_whenStarted_thenTheSnapshotIsEnough() throws IOException {
    LogFiles log = LogFiles.in(group.resolve("current"));
    while (log.extent().last() >= indexOf(last(snapshots(group)))) Files.delete(last(logFiles()));
    Path open = last(logFiles());
    Files.move(open, open.resolveSibling("log_inprogress_" + firstOf(open)));
    assertThat(log.extent().isEmpty()).isFalse();
    SnapshotFile newest = new SnapshotFile(last(snapshots(group)), TermIndex.valueOf(1, 1));
    assertStartsWith(newest.read().digest());
  }

  @Test
  void givenABitFlippedInTheMiddleOfTheLog_whenStarted_thenItIsRefused() throws IOException {
    Path file = logFiles().get(1);
    flip(file, (int) Files.size(file) / 2);
    assertRefused(file.toString(), "damaged at byte");
  }

  @Test
  void givenABitFlippedInTheLastRecord_whenStarted_thenItIsRefused() throws IOException {
    Path open = last(logFiles());
    flip(open, (int) Files.size(open) - 8);
    assertRefused(open.toString(), "its checksum does not fit");
  }

  @Test
  void givenGarbageBehindTheLog_whenStarted_thenItIsRefused() throws IOException {
    Path open = last(logFiles());
    byte[] bytes = Files.readAllBytes(open);
    byte[] longer = Arrays.copyOf(bytes, bytes.length + 1_000);
    Arrays.fill(longer, bytes.length, longer.length, (byte) 0x77);
    Files.write(open, longer);
    assertRefused(open.toString(), "byte " + bytes.length, "no entry");
  }

  @Test
  void givenAFileOfTheLogMissing_whenStarted_thenItIsRefused() throws IOException {
    List<Path> files = logFiles();
    Files.delete(files.get(files.size() - 2));
    assertRefused("are missing or there twice");
  }

  @Test
  void givenTheLogMissingBehindTheSnapshots_whenStarted_thenItIsRefused() throws IOException {
    for (Path snapshot : snapshots(group)) Files.delete(snapshot);
    assertRefused("begins at entry", "there is no snapshot");
  }

  @Test
  void givenAnEmptyVote_whenStarted_thenItIsRefusedAndNotMadeAnew() throws IOException {
    Path vote = group.resolve("current/raft-meta");
    Files.write(vote, new byte[0]);
    assertRefused(vote.toString(), "is empty", "vote twice");
    assertThat(Files.size(vote)).isZero();
  }

  private void assertHealed() {
    assertStartsWith(digest);
  }

  private void assertStartsWith(long expected) {
    try (RatisLog log = RatisLog.open(options, Group.SEGMENT_BYTES, failures, Group.TIME)) {
      await().until(() -> log.standing().leads());
      assertThat(log.state().digest()).isEqualTo(expected);
      assertThat(log.entrance().propose(LogCodec.encode(List.of(Tasks.submit("later", 1))), 1))
          .succeedsWithin(10, TimeUnit.SECONDS);
      assertThat(failures.reasons).isEmpty();
    }
  }

  private void assertRefused(String... parts) {
    assertThatThrownBy(() -> RatisLog.open(options, Group.SEGMENT_BYTES, failures, Group.TIME))
        .isInstanceOf(SwarmException.class)
        .hasMessageContainingAll(parts)
        .hasMessageContainingAll(
            options.dataDir().toString(), "bring this manager back as a new member")
        .hasMessageContaining("swarm snapshot restore")
        .hasMessageNotContaining("\n");
  }

  private static RaftOptions options(Path folder) {
    List<RaftOptions.Member> alone = List.of(new RaftOptions.Member("m1", "127.0.0.1:0"));
    return new RaftOptions("m1", "test", folder, "127.0.0.1", 0, alone, 500, 1_000, SNAPSHOT_EVERY);
  }

  private static Path group(RaftOptions options) throws IOException {
    try (Stream<Path> groups = Files.list(options.dataDir().resolve("raft"))) {
      return groups.findAny().orElseThrow();
    }
  }

  private static List<Path> snapshots(Path group) throws IOException {
    try (Stream<Path> files = Files.list(group.resolve("sm"))) {
      return files
          .filter(file -> file.getFileName().toString().matches("snapshot\\.\\d+_\\d+"))
          .sorted(Comparator.comparingLong(DamagedFolderTest::indexOf))
          .toList();
    }
  }

  private static long indexOf(Path snapshot) {
    String name = snapshot.getFileName().toString();
    return Long.parseLong(name.substring(name.indexOf('_') + 1));
  }

  private List<Path> logFiles() throws IOException {
    try (Stream<Path> files = Files.list(group.resolve("current"))) {
      return files
          .filter(file -> file.getFileName().toString().startsWith("log_"))
          .sorted(Comparator.comparingLong(DamagedFolderTest::firstOf))
          .toList();
    }
  }

  private static long firstOf(Path file) {
    String name = file.getFileName().toString();
    return Long.parseLong(name.replaceAll("log_(?:inprogress_)?(\\d+).*", "$1"));
  }

  private static <T> T last(List<T> list) {
    return list.get(list.size() - 1);
  }

  private static void flip(Path file, int at) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[at] ^= 4;
    Files.write(file, bytes);
  }
}
