package dev.swarm.consensus.digests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.swarm.bus.Messages.DigestPoint;
import dev.swarm.bus.Messages.StateDiffers;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DigestVoteTest {
  private static final Set<String> THREE = Set.of("m1", "m2", "m3");

  private final DigestVote vote = new DigestVote("m1");
  private final DigestHistory own = new DigestHistory();

  DigestVoteTest() {
    for (int index = 1; index <= 20; index++) own.add(index, 100 + index);
  }

  private int hear(String manager, long index, long digest) {
    return vote.hear(manager, List.of(new DigestPoint(index, digest)), own, THREE);
  }

  @Test
  void givenEqualDigests_whenHeard_thenNothingIsAskedAndNobodyIsOdd() {
    assertThat(hear("m2", 10, 110)).isEqualTo(1);
    assertThat(vote.wanted("m3")).isEmpty();
    assertThat(vote.takeOdd("m2")).isNull();
  }

  @Test
  void givenAFollowerThatDiffers_whenTheOtherAgreesWithUs_thenTheFirstIsOddAndToldOnce() {
    hear("m2", 10, 7);
    assertThat(vote.takeOdd("m2")).as("one against one").isNull();
    assertThat(vote.wanted("m2")).isEmpty();
    assertThat(vote.wanted("m3")).containsExactly(10L);
    hear("m3", 10, 110);
    assertThat(vote.takeOdd("m2")).isEqualTo(new StateDiffers(10, 7, 110));
    assertThat(vote.takeOdd("m2")).isNull();
    assertThat(vote.takeOdd("m1")).isNull();
    assertThat(vote.wanted("m3")).isEmpty();
  }

  @Test
  void givenFollowersThatAgreeWithEachOtherOnly_whenBothAreHeard_thenWeAreOdd() {
    hear("m2", 10, 7);
    hear("m3", 10, 7);
    assertThat(vote.takeOdd("m1")).isEqualTo(new StateDiffers(10, 110, 7));
    assertThat(vote.takeOdd("m2")).isNull();
  }

  @Test
  void givenThreeThatAllDiffer_whenAllAreHeard_thenItIsUndecided() {
    hear("m2", 10, 7);
    assertThat(vote.takeUndecided()).isZero();
    hear("m3", 10, 8);
    assertThat(vote.takeUndecided()).isEqualTo(1);
    assertThat(vote.takeOdd("m1")).isNull();
  }

  @Test
  void givenTwoManagers_whenTheyDiffer_thenNeitherIsRight() {
    vote.hear("m2", List.of(new DigestPoint(10, 7)), own, Set.of("m1", "m2"));
    assertThat(vote.takeUndecided()).isEqualTo(1);
    assertThat(vote.takeOdd("m2")).isNull();
  }

  @Test
  void givenOneThatWasNotToldYet_whenItDiffersAgain_thenThatIsTheSameTrouble() {
    hear("m2", 10, 7);
    hear("m3", 10, 110);
    hear("m2", 11, 8);
    assertThat(vote.takeOdd("m2").index()).isEqualTo(10);
    hear("m3", 11, 111);
    assertThat(vote.takeOdd("m2")).as("it was mended meanwhile").isNull();
  }

  @Test
  void givenManyDifferences_whenNobodyElseAnswers_thenOnlyTheNewestAreKept() {
    for (int index = 1; index <= 20; index++) hear("m2", index, 7);
    assertThat(vote.wanted("m3")).hasSize(DigestVote.MAX_OPEN).contains(20L).doesNotContain(1L);
  }

  @Test
  void givenAnIndexThatWeDoNotRemember_whenHeard_thenItIsNotCompared() {
    assertThat(hear("m2", 21, 7)).isZero();
    assertThat(vote.wanted("m3")).isEmpty();
  }

  @Test
  void givenOneWithoutAVote_whenItAgreesWithTheOddOne_thenThatMakesNoMajority() {
    hear("m2", 10, 7);
    hear("m9", 10, 7);
    assertThat(vote.takeOdd("m1")).isNull();
    hear("m3", 10, 110);
    assertThat(vote.takeOdd("m9")).isEqualTo(new StateDiffers(10, 7, 110));
  }
}
