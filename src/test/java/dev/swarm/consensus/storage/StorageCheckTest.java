package dev.swarm.consensus.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.proto.RaftProtos.RaftConfigurationProto;
import org.apache.ratis.proto.RaftProtos.RaftPeerProto;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A group whose log holds 10 to 17 in three files, with snapshots at 9, 12 and 14. */
class StorageCheckTest {
  @TempDir Path group;
  private Path current;
  private Path open;

  @BeforeEach
  void fill() throws IOException {
    current = Files.createDirectories(group.resolve("current"));
    Files.writeString(current.resolve("raft-meta"), "term=3\nvotedFor=m1-1\n");
    Files.write(current.resolve("raft-meta.conf"), members());
    LogBytes.write(current.resolve("log_10-12"), 10, 3, 50, 0);
    LogBytes.write(current.resolve("log_13-15"), 13, 3, 50, 0);
    open = LogBytes.write(current.resolve("log_inprogress_16"), 16, 2, 50, 4 << 10);
    Path sm = Files.createDirectories(group.resolve("sm"));
    for (int index : new int[] {9, 12, 14}) Files.writeString(sm.resolve(snapshot(index)), "any");
  }

  private static byte[] members() {
    RaftConfigurationProto.Builder group = RaftConfigurationProto.newBuilder();
    group.addPeers(RaftPeerProto.newBuilder().setAddress("127.0.0.1:1"));
    return LogEntryProto.newBuilder().setConfigurationEntry(group).build().toByteArray();
  }

  private static String snapshot(int index) {
    return "snapshot.3_" + index;
  }

  @Test
  void givenSoundFiles_whenChecked_thenNothingIsChanged() throws IOException {
    Map<String, String> before = contents();
    assertThat(StorageCheck.heal(group)).isEmpty();
    assertThat(contents()).isEqualTo(before);
  }

  @Test
  void givenAFolderNeverUsed_whenChecked_thenItIsLeftToRatis() throws IOException {
    Path fresh = group.resolve("fresh");
    assertThat(StorageCheck.heal(fresh)).isEmpty();
    Files.createDirectories(fresh.resolve("current"));
    Files.writeString(fresh.resolve("current/raft-meta.tmp"), "");
    assertThat(StorageCheck.heal(fresh)).isEmpty();
  }

  @Test
  void givenATornLastRecord_whenChecked_thenItIsCutAndSaid() throws IOException {
    int keep = LogBytes.length(16, 1, 50);
    LogBytes.zero(open, keep + 20);
    assertThat(StorageCheck.heal(group))
        .singleElement(InstanceOfAssertFactories.STRING)
        .contains(open.toString(), "cut the 20 bytes of entry 17");
    assertThat(Files.size(open)).isEqualTo(keep);
    assertThat(LogFiles.in(current).extent()).isEqualTo(new LogExtent(10, 16));
    assertThat(StorageCheck.heal(group)).isEmpty();
  }

  @Test
  void givenATornRecordAndOtherDamage_whenChecked_thenNothingIsChanged() throws IOException {
    LogBytes.zero(open, LogBytes.length(16, 1, 50) + 20);
    LogBytes.flip(current.resolve("log_13-15"), 40, 1);
    assertRefused("log_13-15", "entry 13 of a finished file is damaged");
  }

  @Test
  void givenALogThatBeginsBehindTheNewestSnapshot_whenChecked_thenItIsRefused() throws IOException {
    Files.delete(current.resolve("log_10-12"));
    Files.delete(current.resolve("log_13-15"));
    assertRefused("begins at entry 16", "newest snapshot ends with entry 14");
    for (int index : new int[] {9, 12, 14}) Files.delete(group.resolve("sm/" + snapshot(index)));
    assertRefused("begins at entry 16", "there is no snapshot");
  }

  @Test
  void givenAHole_whenASnapshotNeedsWhatIsMissing_thenItIsRefused() throws IOException {
    Files.delete(current.resolve("log_13-15"));
    assertRefused("does not follow log_10-12", "entries from 13 on are missing");
  }

  @Test
  void givenAPurgeThatWasInterrupted_whenChecked_thenItIsCompleted() throws IOException {
    LogBytes.write(current.resolve("log_2-5"), 2, 4, 50, 0);
    assertThat(StorageCheck.heal(group))
        .singleElement(InstanceOfAssertFactories.STRING)
        .contains("log_2-5: removed");
    assertThat(current.resolve("log_2-5")).doesNotExist();
    assertThat(LogFiles.in(current).extent()).isEqualTo(new LogExtent(10, 17));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "term=3\n", "votedFor=m1-1\n", "term=x\nvotedFor=m1-1\n", "\\u12"})
  void givenAVoteThatCannotBeRead_whenChecked_thenItIsRefused(String content) throws IOException {
    Files.writeString(current.resolve("raft-meta"), content);
    assertRefused("raft-meta", "could vote twice");
  }

  @Test
  void givenNoVote_whenChecked_thenItIsRefused() throws IOException {
    Files.delete(current.resolve("raft-meta"));
    assertRefused("raft-meta is missing");
  }

  @Test
  void givenMembersThatCannotBeRead_whenTheLogDoesNotNameThem_thenItIsRefused() throws IOException {
    Path file = current.resolve("raft-meta.conf");
    Files.write(file, new byte[0]);
    assertRefused("raft-meta.conf names no member");
    Files.write(file, "anything".getBytes(StandardCharsets.UTF_8));
    assertRefused("raft-meta.conf cannot be read");
    Files.delete(file);
    assertRefused("raft-meta.conf is missing");
  }

  @Test
  void givenASnapshotThatWasBeingInstalled_whenChecked_thenTheOldOnesAreBack() throws IOException {
    Files.move(group.resolve("sm"), group.resolve("sm.tmp20260101"));
    Files.createDirectories(group.resolve("tmp/snapshot-1"));
    Files.writeString(group.resolve("tmp/snapshot-1/" + snapshot(90)), "half");
    assertThat(StorageCheck.heal(group)).hasSize(1);
    assertThat(group.resolve("sm").resolve(snapshot(14))).exists();
    assertThat(group.resolve("tmp")).doesNotExist();
    assertThat(StorageCheck.heal(group)).isEmpty();
  }

  @Test
  void givenASnapshotThatWasInstalled_whenChecked_thenTheOldOnesAreRemoved() throws IOException {
    Path old = Files.createDirectories(group.resolve("sm.tmp20260101"));
    Files.writeString(old.resolve(snapshot(3)), "old");
    assertThat(StorageCheck.heal(group)).isEmpty();
    assertThat(old).doesNotExist();
    assertThat(group.resolve("sm").resolve(snapshot(14))).exists();
  }

  private void assertRefused(String... parts) throws IOException {
    Map<String, String> before = contents();
    assertThatThrownBy(() -> StorageCheck.heal(group))
        .isInstanceOf(DamagedStorageException.class)
        .hasMessageContainingAll(parts);
    assertThat(contents()).as("files are left alone").isEqualTo(before);
  }

  private Map<String, String> contents() throws IOException {
    Map<String, String> contents = new TreeMap<>();
    try (Stream<Path> files = Files.walk(group)) {
      files
          .filter(Files::isRegularFile)
          .forEach(file -> contents.put(group.relativize(file).toString(), text(file)));
    }
    return contents;
  }

  private static String text(Path file) {
    try {
      return Files.readString(file, StandardCharsets.ISO_8859_1);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }
}
