package dev.swarm.consensus.snapshots;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.swarm.consensus.OfflineManager;
import dev.swarm.consensus.Tasks;
import dev.swarm.consensus.formation.DataFolder;
import dev.swarm.consensus.formation.Formation;
import dev.swarm.model.ClusterInfo;
import dev.swarm.model.ClusterState;
import dev.swarm.model.Command;
import dev.swarm.model.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.ratis.protocol.RaftPeer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A folder that begins from a state: whatever step was the last, the next start finds its way. */
class SeedTest {
  private static final Random RANDOM = new Random(1);
  private static final ClusterState STATE =
      ClusterState.EMPTY
          .apply(
              17,
              List.of(
                  new Command.BeginCluster(new ClusterInfo("blue", 5), Settings.DEFAULT, List.of()),
                  Tasks.submit("t", 100)))
          .state();
  private static final List<RaftPeer> MEMBERS =
      List.of(RaftPeer.newBuilder().setId("m1-1").setAddress("127.0.0.1:1").build());

  @TempDir Path root;

  @BeforeEach
  void restore() throws IOException {
    try (OfflineManager manager = OfflineManager.open(root, "blue", "m1")) {
      manager.beginAgain(STATE, "old", RANDOM);
    }
  }

  private DataFolder open() {
    return DataFolder.open(root, "blue", "m1");
  }

  private DataFolder formed() throws IOException {
    DataFolder folder = open();
    if (folder.identity() == null) {
      folder.form(new Formation(new TreeMap<>(Map.of("m1", folder.founding().nonce()))));
    }
    return folder;
  }

  private static Path snapshot(DataFolder folder) {
    return folder.group().resolve("sm/snapshot.1_17");
  }

  @Test
  void whenPlaced_thenAllThatRatisWantsIsThere() throws IOException {
    try (DataFolder folder = formed()) {
      Seed.place(folder, MEMBERS);
      assertThat(Seed.read(snapshot(folder))).isEqualTo(STATE.toBeginAgain());
      assertThat(folder.group().resolve("sm/snapshot.1_17.md5")).exists();
      assertThat(folder.group().resolve("current/raft-meta.conf")).exists();
      assertThat(dev.swarm.consensus.storage.StorageCheck.heal(folder.group())).isEmpty();
    }
  }

  @Test
  void whenPlacingWasInterrupted_thenItIsDoneAgain() throws IOException {
    for (String last : List.of("sm/snapshot.1_17", "current/raft-meta.conf", "current/raft-meta")) {
      try (DataFolder folder = formed()) {
        Seed.place(folder, MEMBERS);
        Files.delete(folder.votes());
        Files.deleteIfExists(folder.group().resolve(last));
      }
      try (DataFolder folder = formed()) {
        Seed.place(folder, MEMBERS);
        assertThat(Seed.read(snapshot(folder))).isEqualTo(STATE.toBeginAgain());
        assertThat(folder.group().resolve("current/raft-meta.conf")).exists();
        assertThat(folder.votes()).exists();
      }
    }
  }

  @Test
  void whenTheGroupHasBegun_thenNothingIsPlacedOverIt() throws IOException {
    try (DataFolder folder = formed()) {
      Seed.place(folder, MEMBERS);
      Files.writeString(folder.votes(), "term=9\nvotedFor=m1-1\n");
      Seed.place(folder, MEMBERS);
      assertThat(folder.votes()).hasContent("term=9\nvotedFor=m1-1\n");
    }
  }

  @Test
  void whenTheSameStateIsGivenToTwo_thenTheirSeedsAreEqualAndTheirNoncesDiffer(@TempDir Path other)
      throws IOException {
    try (OfflineManager manager = OfflineManager.open(other, "blue", "m2")) {
      manager.beginAgain(STATE.toBeginAgain(), "old", RANDOM);
    }
    try (DataFolder one = open();
        DataFolder two = DataFolder.open(other, "blue", "m2")) {
      assertThat(one.founding().seed()).isEqualTo(two.founding().seed());
      assertThat(one.founding().nonce()).isNotEqualTo(two.founding().nonce());
    }
  }

  @Test
  void whenNothingWasEverFormed_thenThereIsNothingToRecover() {
    try (OfflineManager manager = OfflineManager.open(root, "blue", "m1")) {
      assertThatThrownBy(manager::read).hasMessageContaining("holds no data of a member");
    }
  }
}
