package dev.swarm.consensus.digests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.swarm.bus.Messages.DigestPoint;
import org.junit.jupiter.api.Test;

class DigestHistoryTest {
  private final DigestHistory history = new DigestHistory();

  @Test
  void givenNothing_whenAsked_thenThereIsNothing() {
    assertThat(history.take()).isEmpty();
    assertThat(history.at(1)).isEmpty();
  }

  @Test
  void givenEntries_whenTaken_thenTheFirstOfEachThousandAndTheNewestAreTakenOnce() {
    for (long index = 990; index <= 2_010; index += 3) history.add(index, -index);
    assertThat(history.take())
        .containsExactly(
            new DigestPoint(1_002, -1_002),
            new DigestPoint(2_001, -2_001),
            new DigestPoint(2_010, -2_010));
    assertThat(history.take()).isEmpty();
    history.again();
    assertThat(history.take()).containsExactly(new DigestPoint(2_010, -2_010));
  }

  @Test
  void givenMoreThanAreKept_whenAsked_thenTheOldestAreForgotten() {
    for (long index = 1; index <= DigestHistory.KEPT + 100; index++) history.add(2 * index, index);
    assertThat(history.at(200)).isEmpty();
    assertThat(history.at(202)).hasValue(101);
    assertThat(history.at(203)).isEmpty();
    assertThat(history.at(2L * DigestHistory.KEPT + 200)).hasValue(DigestHistory.KEPT + 100);
    assertThat(history.at(2L * DigestHistory.KEPT + 202)).isEmpty();
    assertThat(history.take()).hasSizeLessThanOrEqualTo(DigestHistory.MAX_MARKS + 1);
  }

  @Test
  void givenASnapshot_whenMarked_thenItIsTakenIfItIsRemembered() {
    history.add(5, 50);
    history.add(6, 60);
    history.mark(5);
    history.mark(4);
    assertThat(history.take()).containsExactly(new DigestPoint(5, 50), new DigestPoint(6, 60));
  }

  @Test
  void givenASnapshotBehindAnEntryOfRaft_whenMarked_thenTheLastOfCommandsIsTaken() {
    history.add(5, 50);
    history.add(9, 90);
    history.mark(7);
    assertThat(history.take()).containsExactly(new DigestPoint(5, 50), new DigestPoint(9, 90));
  }

  @Test
  void givenAMendedState_whenRestarted_thenNothingOfBeforeCounts() {
    history.add(5, 50);
    history.restart(7, 70);
    assertThat(history.at(5)).isEmpty();
    assertThat(history.take()).containsExactly(new DigestPoint(7, 70));
  }
}
