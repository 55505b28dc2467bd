package dev.swarm.consensus.guard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.swarm.model.Command;
import dev.swarm.model.TaskId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpaceLevelTest {
  @ParameterizedTest(name = "a disk of {0} MiB: {1}, {2}, {3}")
  @CsvSource({
    "64, 24, 12, 6",
    "1000, 100, 50, 25",
    "2560, 256, 128, 64",
    "4000000, 256, 128, 64",
  })
  void givenADisk_whenItsMarksAreAsked_thenATenthUpTo256AndAtLeast24(
      long total, long scarce, long low, long spent) {
    long bytes = total << 20;
    assertThat(SpaceLevel.SCARCE.beginsBelow(bytes) >> 20).isEqualTo(scarce);
    assertThat(SpaceLevel.LOW.beginsBelow(bytes) >> 20).isEqualTo(low);
    assertThat(SpaceLevel.SPENT.beginsBelow(bytes) >> 20).isEqualTo(spent);
  }

  @Test
  void givenLittleRoom_whenCommandsCome_thenOnlyThoseThatKeepTheFleetKnownAreAdmitted() {
    Command epoch = new Command.BeginEpoch(1, "m1", 0);
    Command task = new Command.CancelTask(new TaskId("t1"), 0);
    assertThat(SpaceLevel.AMPLE.admits(task)).isTrue();
    assertThat(SpaceLevel.SCARCE.admits(task)).isFalse();
    assertThat(SpaceLevel.SCARCE.admits(new Command.Once(7, task))).isFalse();
    assertThat(SpaceLevel.SCARCE.admits(new Command.Once(7, epoch))).isTrue();
    assertThat(SpaceLevel.SPENT.admits(epoch)).isTrue();
  }
}
