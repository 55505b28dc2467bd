package dev.swarm.consensus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.swarm.model.SwarmException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataFolderTest {
  @TempDir Path root;

  private void formed() {
    DataFolder.open(root, "blue", "m1").close();
  }

  @Test
  void givenAnEmptyFolder_whenOpenedTwiceInTurn_thenItIsTheSameMemberOne() {
    formed();
    try (DataFolder again = DataFolder.open(root, "blue", "m1")) {
      assertThat(again.identity()).isEqualTo(new Identity("blue", "m1", 1));
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
  void givenAFolderOfAnotherManager_whenOpened_thenItIsRefusedAndNotHeld() {
    formed();
    refused("blue", "m2", "belongs to manager m1");
    formed();
  }

  @Test
  void givenAFolderOfAnotherCluster_whenOpened_thenItIsRefused() {
    formed();
    refused("red", "m1", "belongs to cluster blue");
  }

  @Test
  void givenALogWithoutIdentity_whenOpened_thenItIsRefused() throws IOException {
    formed();
    Files.createDirectories(root.resolve("raft/some-group"));
    Files.delete(root.resolve("identity.json"));
    refused("blue", "m1", "no identity.json");
  }

  @Test
  void givenAnIdentityThatIsNoJson_whenOpened_thenItIsRefused() throws IOException {
    formed();
    Files.writeString(root.resolve("identity.json"), "{");
    refused("blue", "m1", "not readable");
    Files.writeString(root.resolve("identity.json"), "{}");
    refused("blue", "m1", "not readable");
  }

  private void refused(String cluster, String manager, String why) {
    assertThatThrownBy(() -> DataFolder.open(root, cluster, manager))
        .isInstanceOf(SwarmException.class)
        .hasMessageContaining(why);
  }
}
