package dev.swarm.consensus.formation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.swarm.model.SwarmException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataFolderTest {
  private static final Random RANDOM = new Random(1);

  @TempDir Path root;

  private Formation formed() throws IOException {
    return Formed.group(List.of("m1"), "blue", id -> root);
  }

  /** As Ratis does when it is started for the first time. */
  private Formation begun() throws IOException {
    Formation formation = formed();
    try (DataFolder folder = DataFolder.open(root, "blue", "m1")) {
      Files.createDirectories(folder.group().resolve("current"));
      Files.createFile(folder.group().resolve("current/raft-meta"));
      folder.begun();
    }
    return formation;
  }

  @Test
  void givenABareFolder_whenOpenedTwiceInTurn_thenItHasOneNonceAndNoIdentity() throws IOException {
    String nonce;
    try (DataFolder bare = DataFolder.open(root, "blue", "m1")) {
      assertThat(bare.isBare()).isTrue();
      nonce = bare.found(RANDOM).nonce();
    }
    try (DataFolder again = DataFolder.open(root, "blue", "m1")) {
      assertThat(again.found(RANDOM).nonce()).isEqualTo(nonce).hasSize(32);
      assertThat(again.identity()).isNull();
    }
  }

  @Test
  void givenABlankFolder_whenLetIntoAGroup_thenItIsThatMember_alsoAfterACrashBeforeItsLogIsThere()
      throws IOException {
    Formation theirs = new Formation(new TreeMap<>(Map.of("m7", "f7")));
    String nonce;
    try (DataFolder folder = DataFolder.open(root, "blue", "m1")) {
      nonce = folder.found(RANDOM).nonce();
      folder.become(theirs, 41, "h:7101");
    }
    try (DataFolder again = DataFolder.open(root, "blue", "m1")) {
      Identity joined = new Identity("blue", "m1", 41, nonce, "h:7101", theirs);
      assertThat(again.identity()).isEqualTo(joined);
      assertThat(joined.peer()).isEqualTo("m1-41");
      assertThat(Identity.memberOf("m-2-41")).isEqualTo(41);
      assertThat(joined.isFounder()).isFalse();
      // At another address the group takes it for another member, of the same folder.
      again.become(theirs, 57, "h:7102");
      assertThat(again.identity())
          .isEqualTo(new Identity("blue", "m1", 57, nonce, "h:7102", theirs));
    }
  }

  @Test
  void givenAnIdentityOfBeforeNoncesAndAddressesWereKept_thenAFoundersNonceIsKnownAllTheSame()
      throws IOException {
    Formation formation = formed();
    Path file = root.resolve("identity.json");
    String old =
        Files.readAllLines(file).stream()
            .filter(line -> !line.contains("nonce") && !line.contains("raft"))
            .collect(Collectors.joining());
    Files.writeString(file, old);
    try (DataFolder again = DataFolder.open(root, "blue", "m1")) {
      assertThat(again.identity().nonce()).isEqualTo(formation.founders().get("m1"));
      assertThat(again.identity().raft()).isEmpty();
    }
  }

  @Test
  void givenAFormedFolder_whenOpened_thenItIsMemberOneOfThatGroup() throws IOException {
    Formation formation = formed();
    try (DataFolder again = DataFolder.open(root, "blue", "m1")) {
      assertThat(again.identity())
          .isEqualTo(new Identity("blue", "m1", 1, formation.founders().get("m1"), "", formation));
      assertThat(again.identity().peer()).isEqualTo("m1-1");
      assertThat(Identity.managerOf("m-2-1")).isEqualTo("m-2");
    }
  }

  @Test
  void givenAFolderInUse_whenOpened_thenItIsRefused() {
    try (DataFolder mine = DataFolder.open(root, "blue", "m1")) {
      assertThat(mine.raft()).isDirectory();
      refused("blue", "m1", "in use by another manager");
    }
  }

  @Test
  void givenAFolderOfAnotherManager_whenOpened_thenItIsRefusedAndNotHeld() throws IOException {
    formed();
    refused("blue", "m2", "belongs to manager m1");
    DataFolder.open(root, "blue", "m1").close();
  }

  @Test
  void givenAFolderOfAnotherCluster_whenOpened_thenItIsRefused() throws IOException {
    formed();
    refused("red", "m1", "belongs to cluster blue");
  }

  @Test
  void givenALogWithoutIdentity_whenOpened_thenItIsRefused() throws IOException {
    begun();
    Files.delete(root.resolve("identity.json"));
    refused("blue", "m1", "no identity.json");
  }

  @Test
  void givenAnIdentityWhoseLogIsLost_whenOpened_thenItMustNotVote() throws IOException {
    Formation formation = begun();
    Path group = root.resolve("raft").resolve(formation.id().toString());
    Files.move(group, root.resolve("elsewhere"));
    refused("blue", "m1", "must not vote");
    Files.createDirectories(group);
    refused("blue", "m1", "must not vote");
    Files.delete(group);
    Files.move(root.resolve("elsewhere"), group);
    DataFolder.open(root, "blue", "m1").close();
  }

  @Test
  void givenAnIdentityThatIsNoJson_whenOpened_thenItIsRefused() throws IOException {
    formed();
    Path file = root.resolve("identity.json");
    String good = Files.readString(file);
    Files.writeString(file, "{");
    refused("blue", "m1", "not readable");
    Files.writeString(file, "{\"founders\":7}");
    refused("blue", "m1", "not readable");
    Files.writeString(file, good.replaceFirst("\"m1\" : \"..", "\"m1\" : \"zz"));
    refused("blue", "m1", "not readable");
    Files.writeString(file, "{\"cluster\":\"blue\",\"manager\":\"m1\",\"member\":1}");
    refused("blue", "m1", "before the first release");
  }

  @Nested
  class GivenAMembersFolderThatBeginsAnew {
    private Formation before;
    private final String seed = "a state";

    @BeforeEach
    void beginAnew() throws IOException {
      before = begun();
      try (DataFolder folder = DataFolder.open(root, "blue", "m1")) {
        folder.foundAnew(Files.writeString(root.resolve("x"), seed), "old-1", RANDOM);
      }
    }

    private void whenOpened_thenItIsBlankWithItsSeedAndTheOldIsAside() throws IOException {
      try (DataFolder folder = DataFolder.open(root, "blue", "m1")) {
        assertThat(folder.identity()).isNull();
        assertThat(folder.isBare()).isTrue();
        assertThat(folder.seed()).hasContent(seed);
        assertThat(root.resolve("old-1/identity.json")).exists();
        assertThat(root.resolve("old-1/raft/" + before.id() + "/current/raft-meta")).exists();
      }
    }

    @Test
    void whenOpened_thenTheOldIsAside() throws IOException {
      whenOpened_thenItIsBlankWithItsSeedAndTheOldIsAside();
      whenOpened_thenItIsBlankWithItsSeedAndTheOldIsAside();
    }

    @Test
    void whenMovingWasInterrupted_thenOpeningFinishesIt() throws IOException {
      Files.createDirectories(root.resolve("old-1/raft"));
      Path group = root.resolve("raft").resolve(before.id().toString());
      Files.move(group, root.resolve("old-1/raft").resolve(before.id().toString()));
      whenOpened_thenItIsBlankWithItsSeedAndTheOldIsAside();
    }

    @Test
    void whenTheSeedIsDamaged_thenItIsRefused() throws IOException {
      try (DataFolder folder = DataFolder.open(root, "blue", "m1")) {
        Files.writeString(folder.seed(), "A state");
        assertThatThrownBy(folder::seed).hasMessageContaining("restore the snapshot again");
      }
    }

    @Test
    void whenTheNewGroupHasBegun_thenTheSeedIsGone() throws IOException {
      try (DataFolder folder = DataFolder.open(root, "blue", "m1")) {
        folder.form(new Formation(new TreeMap<>(Map.of("m1", folder.founding().nonce()))));
      }
      try (DataFolder folder = DataFolder.open(root, "blue", "m1")) {
        assertThat(folder.seed()).as("formed, not begun").exists();
        folder.begun();
        assertThat(folder.seed()).isNull();
      }
      try (var left = Files.list(root)) {
        assertThat(left.map(file -> file.getFileName().toString()))
            .containsExactlyInAnyOrder("identity.json", "lock", "old-1", "raft");
      }
    }
  }

  private void refused(String cluster, String manager, String why) {
    assertThatThrownBy(() -> DataFolder.open(root, cluster, manager))
        .isInstanceOf(SwarmException.class)
        .hasMessageContaining(why);
  }
}
