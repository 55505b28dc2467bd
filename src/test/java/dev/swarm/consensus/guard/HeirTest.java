package dev.swarm.consensus.guard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.swarm.consensus.guard.Observation.Follower;
import java.util.List;
import org.junit.jupiter.api.Test;

class HeirTest {
  private static final long COMMITTED = 5_000;

  private static Follower follower(String peer, long matched, SpaceLevel room) {
    return new Follower(peer, COMMITTED, matched, room);
  }

  private static String heir(SpaceLevel ours, Follower... followers) {
    Follower heir =
        new Observation(
                true,
                true,
                true,
                true,
                false,
                0,
                COMMITTED,
                COMMITTED,
                COMMITTED,
                List.of(followers),
                Space.UNKNOWN,
                Snapshots.NONE)
            .heir(ours);
    return heir == null ? "" : heir.peer();
  }

  @Test
  void givenEquals_whenOneHasRoom_thenItIsTheHeirWhereverItStands() {
    Follower full = follower("m2-1", COMMITTED, SpaceLevel.LOW);
    Follower free = follower("m3-1", COMMITTED, SpaceLevel.AMPLE);
    assertThat(heir(SpaceLevel.LOW, full, free)).isEqualTo("m3-1");
    assertThat(heir(SpaceLevel.LOW, free, full)).isEqualTo("m3-1");
  }

  @Test
  void givenOneWithRoom_whenItIsAThousandEntriesBehind_thenItIsTheHeir_andNotFurther() {
    Follower full = follower("m2-1", COMMITTED, SpaceLevel.SCARCE);
    assertThat(heir(SpaceLevel.LOW, full, follower("m3-1", COMMITTED - 1_000, SpaceLevel.AMPLE)))
        .isEqualTo("m3-1");
    assertThat(heir(SpaceLevel.LOW, full, follower("m3-1", COMMITTED - 1_001, SpaceLevel.AMPLE)))
        .isEqualTo("m2-1");
  }

  @Test
  void givenEqualRoom_whenOneIsFurther_thenItIsTheHeir() {
    assertThat(
            heir(
                SpaceLevel.AMPLE,
                follower("m2-1", COMMITTED - 1, SpaceLevel.AMPLE),
                follower("m3-1", COMMITTED, SpaceLevel.AMPLE)))
        .isEqualTo("m3-1");
  }

  @Test
  void givenOneThatHasNotTold_whenAnotherIsShortOrNot_thenItStandsBetween() {
    Follower silent = follower("m2-1", COMMITTED, null);
    assertThat(heir(SpaceLevel.LOW, silent, follower("m3-1", COMMITTED, SpaceLevel.AMPLE)))
        .isEqualTo("m3-1");
    assertThat(heir(SpaceLevel.LOW, follower("m3-1", COMMITTED, SpaceLevel.SCARCE), silent))
        .isEqualTo("m2-1");
  }

  @Test
  void givenOnlyFullerDisks_thenThereIsNone() {
    assertThat(heir(SpaceLevel.AMPLE, follower("m2-1", COMMITTED, SpaceLevel.SCARCE))).isEmpty();
    assertThat(heir(SpaceLevel.AMPLE)).isEmpty();
  }
}
