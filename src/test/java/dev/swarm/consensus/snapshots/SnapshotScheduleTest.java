package dev.swarm.consensus.snapshots;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SnapshotScheduleTest {
  private final SnapshotSchedule schedule = new SnapshotSchedule(100, 0);

  SnapshotScheduleTest() {
    schedule.restart(50, 0);
  }

  @Test
  void givenFewEntries_whenAsked_thenNoneIsDueBeforeTheThreshold() {
    assertThat(schedule.due(149, 0)).isFalse();
    assertThat(schedule.due(150, 0)).isTrue();
  }

  @Test
  void givenLargeEntries_whenTheirBytesAreMany_thenOneIsDue() {
    for (int i = 0; i < 255; i++) schedule.applied(1 << 20);
    assertThat(schedule.due(60, 0)).isFalse();
    schedule.applied(1 << 20);
    assertThat(schedule.due(60, 0)).isTrue();
  }

  @Test
  void givenAnHour_whenAnythingWasApplied_thenOneIsDue() {
    assertThat(schedule.due(50, SnapshotSchedule.EVERY_NANOS)).isFalse();
    assertThat(schedule.due(51, SnapshotSchedule.EVERY_NANOS - 1)).isFalse();
    assertThat(schedule.due(51, SnapshotSchedule.EVERY_NANOS)).isTrue();
  }

  @Test
  void givenAFailure_whenSomeTimePassed_thenOneIsDueAgain() {
    schedule.restart(150, 0);
    schedule.failed(0);
    assertThat(schedule.due(151, SnapshotSchedule.RETRY_NANOS - 1)).isFalse();
    assertThat(schedule.due(151, SnapshotSchedule.RETRY_NANOS)).isTrue();
  }
}
