package dev.swarm.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.swarm.model.ManagerState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ManagerPickerTest {
  private static final int DRAWS = 10_000;

  private final ManagerPicker picker =
      new ManagerPicker(List.of("a:1", "b:1", "c:1"), new Random(42));

  private static long seconds(long seconds) {
    return TimeUnit.SECONDS.toNanos(seconds);
  }

  private static Manager manager(String id, int weight) {
    return new Manager(id, id + ":1", weight);
  }

  private static Manager manager(String id, int weight, ManagerState state) {
    return new Manager(id, id + ":1", weight, state);
  }

  private Map<String, Integer> draw(Set<String> excluded, long nowNanos) {
    Map<String, Integer> drawn = new HashMap<>();
    for (int i = 0; i < DRAWS; i++) {
      drawn.merge(picker.pick(excluded, nowNanos).orElseThrow().address(), 1, Integer::sum);
    }
    return drawn;
  }

  @Test
  void givenConfiguredAddresses_whenDrawn_thenEachHasItsThird() {
    Map<String, Integer> drawn = draw(Set.of(), 0);
    assertThat(drawn.values()).allSatisfy(count -> assertThat(count).isCloseTo(3_333, within(250)));
    assertThat(drawn).hasSize(3);
  }

  @Test
  void givenWeights_whenDrawn_thenSharesFollowThem() {
    picker.learn(List.of(manager("x", 100), manager("y", 200), manager("z", 700)));
    Map<String, Integer> drawn = draw(Set.of(), 0);
    assertThat(drawn.get("x:1")).isCloseTo(1_000, within(150));
    assertThat(drawn.get("y:1")).isCloseTo(2_000, within(200));
    assertThat(drawn.get("z:1")).isCloseTo(7_000, within(250));
    assertThat(drawn).hasSize(3);
  }

  @Test
  void givenAManagerWithoutWeight_whenOthersAreThere_thenItIsNotDialled() {
    picker.learn(List.of(manager("x", 0), manager("y", 1)));
    assertThat(draw(Set.of(), 0)).containsOnlyKeys("y:1");
  }

  @Test
  void givenAManagerWithoutWeight_whenNothingElseIsLeft_thenItIsDialled() {
    picker.learn(List.of(manager("x", 0), manager("y", 1)));
    assertThat(draw(Set.of("y:1"), 0)).containsOnlyKeys("x:1");
    picker.failed(manager("y", 1), seconds(10));
    assertThat(picker.pick(Set.of(), seconds(11)).orElseThrow().id()).isEqualTo("x");
  }

  @Test
  void givenAllKnownOnesFail_whenDrawn_thenConfiguredAddressesAreTriedAgain() {
    picker.learn(List.of(manager("x", 1)));
    picker.failed(manager("x", 1), 0);
    assertThat(draw(Set.of(), seconds(1))).containsOnlyKeys("a:1", "b:1", "c:1");
  }

  @Test
  void givenAFailure_whenTimePasses_thenTheManagerComesBackIntoItsShare() {
    picker.failed(Manager.configured("a:1"), 0);
    assertThat(draw(Set.of(), seconds(4))).containsOnlyKeys("b:1", "c:1");
    int early = draw(Set.of(), seconds(6)).get("a:1");
    int later = draw(Set.of(), seconds(15)).get("a:1");
    int late = draw(Set.of(), seconds(31)).get("a:1");
    assertThat(early).isPositive().isLessThan(later);
    assertThat(later).isLessThan(late);
    assertThat(late).isCloseTo(3_333, within(250));
  }

  @Test
  void givenAllFailed_whenDrawn_thenTheOneThatRestedLongestIsDialled() {
    picker.failed(Manager.configured("b:1"), seconds(1));
    picker.failed(Manager.configured("a:1"), seconds(2));
    picker.failed(Manager.configured("c:1"), seconds(3));
    assertThat(picker.pick(Set.of(), seconds(4)).orElseThrow().address()).isEqualTo("b:1");
  }

  @Test
  void givenAFailure_whenTheManagerWorksAgain_thenItIsNotAvoided() {
    picker.failed(Manager.configured("a:1"), 0);
    picker.worked(Manager.configured("a:1"), "m1");
    assertThat(draw(Set.of(), 1)).containsKey("a:1");
  }

  @Test
  void givenAllExcluded_whenPicked_thenThereIsNone() {
    assertThat(picker.pick(Set.of("a:1", "b:1", "c:1"), 0)).isEmpty();
  }

  @Test
  void givenALearnedList_whenAskedById_thenOnlyKnownIdsAnswer() {
    assertThat(picker.named("")).isEmpty();
    picker.learn(List.of(manager("x", 5)));
    assertThat(picker.named("x")).contains(manager("x", 5));
    assertThat(picker.named("y")).isEmpty();
  }

  @Test
  void givenAnEmptyList_whenLearned_thenWhatWasKnownStays() {
    picker.learn(List.of());
    assertThat(draw(Set.of(), 0)).hasSize(3);
  }

  @Test
  void givenTenThousandDraws_whenWeighted_thenEachShareIsMetWithinTenPercent() {
    picker.learn(List.of(manager("x", 100), manager("y", 50), manager("z", 0)));
    Map<String, Integer> drawn = draw(Set.of(), 0);
    assertThat(drawn).containsOnlyKeys("x:1", "y:1");
    assertThat(drawn.get("x:1") / (DRAWS * 2 / 3.0)).isBetween(0.9, 1.1);
    assertThat(drawn.get("y:1") / (DRAWS / 3.0)).isBetween(0.9, 1.1);
  }

  @Test
  void givenABadExperience_whenNewListsCome_thenItIsRememberedUntilItHasDecayed() {
    picker.learn(List.of(manager("x", 100), manager("y", 100)));
    picker.failed(manager("x", 100), 0);
    picker.learn(List.of(manager("y", 100)));
    picker.learn(List.of(manager("x", 100), manager("y", 100)));
    assertThat(draw(Set.of(), seconds(4))).containsOnlyKeys("y:1");
    int recovering = draw(Set.of(), seconds(10)).get("x:1");
    assertThat(recovering).isLessThan(DRAWS * 3 / 10);
    assertThat(draw(Set.of(), seconds(31)).get("x:1")).isCloseTo(5_000, within(250));
  }

  @Test
  void givenAManagerUnderTwoAddresses_whenDrawn_thenItHasOneShare() {
    picker.worked(Manager.configured("a:1"), "x");
    picker.learn(List.of(manager("x", 100), manager("y", 100)));
    assertThat(draw(Set.of(), 0)).containsOnlyKeys("x:1", "y:1");
    assertThat(draw(Set.of("a:1"), 0)).containsOnlyKeys("y:1");
  }

  @Test
  void givenAManagerUnderTwoAddresses_whenItFailsUnderOne_thenItIsNotDialledUnderTheOther() {
    picker.worked(Manager.configured("a:1"), "x");
    picker.learn(List.of(manager("x", 100), manager("y", 100)));
    picker.failed(Manager.configured("a:1"), 0);
    assertThat(draw(Set.of(), seconds(1))).containsOnlyKeys("y:1");
  }

  @Test
  void givenAnAdvertisedAddressThatIsNotReachable_whenDrawn_thenTheConfiguredOneIsDialled() {
    picker.worked(Manager.configured("a:1"), "x");
    picker.learn(List.of(manager("x", 100), manager("y", 0)));
    picker.unreachable(manager("x", 100), 0);
    assertThat(draw(Set.of(), seconds(1))).containsOnlyKeys("a:1");
    assertThat(picker.pick(Set.of(), seconds(1)).orElseThrow().id()).isEqualTo("x");
  }

  @Test
  void givenAManagerThatAskedToWait_whenItsTimeHasCome_thenItHasItsFullShareAtOnce() {
    picker.learn(List.of(manager("x", 100), manager("y", 100)));
    picker.away(manager("x", 100), seconds(2), 0);
    assertThat(draw(Set.of(), seconds(1))).containsOnlyKeys("y:1");
    assertThat(draw(Set.of(), seconds(2)).get("x:1")).isCloseTo(5_000, within(250));
  }

  @Test
  void givenAllAskedToWait_whenAsked_thenTheFirstIsNamedAndWhenToDialIt() {
    picker.learn(List.of(manager("x", 100)));
    picker.away(manager("x", 100), seconds(9), 0);
    picker.away(Manager.configured("a:1"), seconds(4), 0);
    picker.away(Manager.configured("b:1"), seconds(3), 0);
    picker.away(Manager.configured("c:1"), seconds(5), 0);
    assertThat(picker.nanosUntilReady(seconds(1))).isEqualTo(seconds(2));
    assertThat(picker.pick(Set.of(), seconds(1)).orElseThrow().address()).isEqualTo("b:1");
    assertThat(picker.nanosUntilReady(seconds(3))).isZero();
  }

  @Test
  void givenAListOfAFormerProcess_whenConfiguredAddressesWork_thenTheyComeFirst() {
    picker.remember(List.of(manager("x", 100), manager("a", 100), manager("b", 0)));
    assertThat(draw(Set.of(), 0)).containsOnlyKeys("a:1", "c:1");
  }

  @Test
  void givenAListOfAFormerProcess_whenTheConfiguredAreGone_thenItIsDialled() {
    picker.remember(List.of(manager("x", 100), manager("y", 0)));
    for (String address : List.of("a:1", "b:1", "c:1")) {
      picker.unreachable(Manager.configured(address), 0);
    }
    assertThat(draw(Set.of(), seconds(1))).containsOnlyKeys("x:1");
    picker.unreachable(manager("x", 100), 0);
    assertThat(draw(Set.of(), seconds(1))).containsOnlyKeys("y:1");
  }

  @Test
  void givenAListThatAManagerNamed_whenAFormerOneIsRemembered_thenItDoesNotCount() {
    picker.learn(List.of(manager("y", 100)));
    picker.remember(List.of(manager("x", 100)));
    assertThat(draw(Set.of(), 0)).containsOnlyKeys("y:1");
  }

  @Nested
  class GivenManagersThatAnswerNothing {
    private static final long SEEDS = 200;

    private static List<Manager> silent(int weight) {
      return IntStream.range(0, 6).mapToObj(n -> manager("silent" + n, weight)).toList();
    }

    private static List<String> addresses(List<Manager> managers) {
      return managers.stream().map(Manager::address).toList();
    }

    /** Until it dials the good one, as an agent does: 2 s for a connection, longer pauses. */
    private static long secondsUntilDialled(ManagerPicker picker, long seed) {
      Backoff backoff = new Backoff(new Random(seed));
      long nowNanos = 0;
      for (Manager dialled = picker.pick(Set.of(), 0).orElseThrow();
          !dialled.address().equals("good:1") && nowNanos < seconds(600);
          dialled = picker.pick(Set.of(), nowNanos).orElseThrow()) {
        nowNanos += seconds(2);
        picker.unreachable(dialled, nowNanos);
        nowNanos += TimeUnit.MILLISECONDS.toNanos(backoff.nextMillis());
      }
      return TimeUnit.NANOSECONDS.toSeconds(nowNanos);
    }

    private static void assertFound(LongFunction<ManagerPicker> pickers) {
      for (long seed = 0; seed < SEEDS; seed++) {
        assertThat(secondsUntilDialled(pickers.apply(seed), seed))
            .as("seed " + seed)
            .isLessThan(60);
      }
    }

    @Test
    void whenOnlyAConfiguredOneIsThere_thenItIsDialled() {
      assertFound(
          seed -> {
            ManagerPicker one = new ManagerPicker(List.of("good:1"), new Random(seed));
            one.learn(silent(100));
            return one;
          });
    }

    @Test
    void whenOnlyOneOfAFormerListIsThere_thenItIsDialled() {
      assertFound(
          seed -> {
            ManagerPicker one = new ManagerPicker(addresses(silent(100)), new Random(seed));
            one.remember(List.of(manager("good", 100)));
            return one;
          });
    }

    @Test
    void whenOnlyOneWithoutWeightIsThere_thenItIsDialled() {
      assertFound(
          seed -> {
            ManagerPicker one = new ManagerPicker(addresses(silent(100)), new Random(seed));
            List<Manager> all = new ArrayList<>(silent(100));
            all.add(manager("good", 0));
            one.learn(all);
            return one;
          });
    }

    @Test
    void whenTheGroupBelowIsSilentToo_thenTheGroupAboveHasItsTurnAgain() {
      picker.learn(List.of(manager("x", 100), manager("y", 100)));
      for (int miss = 0; miss < 2; miss++) picker.unreachable(manager("x", 100), 0);
      assertThat(draw(Set.of(), seconds(6))).containsOnlyKeys("a:1", "b:1", "c:1");
      for (int miss = 0; miss < 3; miss++) picker.unreachable(Manager.configured("a:1"), 0);
      assertThat(draw(Set.of(), seconds(6))).containsOnlyKeys("x:1", "y:1");
    }

    @Test
    void whenAnotherWorkedOrTimeHasPassed_thenTheFirstGroupHasItsTurn() {
      picker.learn(List.of(manager("x", 100), manager("y", 100)));
      for (int miss = 0; miss < 2; miss++) picker.unreachable(manager("x", 100), 0);
      assertThat(draw(Set.of(), seconds(30))).containsOnlyKeys("x:1", "y:1");
      picker.worked(Manager.configured("a:1"), "z");
      assertThat(draw(Set.of(), seconds(6))).containsOnlyKeys("x:1", "y:1");
    }
  }

  /** x stands as given, y has no weight, a is where nobody has named a manager. */
  @Nested
  class GivenAManagerThatGivesItsWorkersUp {
    private final ManagerPicker picker = new ManagerPicker(List.of("a:1"), new Random(42));

    private String picked(long nowNanos) {
      return picker.pick(Set.of(), nowNanos).orElseThrow().address();
    }

    @ParameterizedTest
    @EnumSource(names = {"STOPPING", "DRAINING", "RETIRING"})
    void whenAnyOtherCanBeReached_thenThatOneIsDialled(ManagerState state) {
      picker.learn(List.of(manager("x", 0, state), manager("y", 0), manager("z", 1)));
      assertThat(picked(0)).isEqualTo("z:1");
      picker.unreachable(manager("z", 1), 0);
      assertThat(picked(0)).isEqualTo("y:1");
      picker.unreachable(manager("y", 0), 0);
      assertThat(picked(0)).isEqualTo("a:1");
      picker.unreachable(Manager.configured("a:1"), 0);
      assertThat(picked(0)).isEqualTo("x:1");
    }

    @Test
    void whenItHasWeightAllTheSame_thenItIsLastAllTheSame() {
      picker.learn(List.of(manager("x", 100, ManagerState.STOPPING), manager("y", 0)));
      assertThat(picked(0)).isEqualTo("y:1");
    }

    @Test
    void whenItsListIsOfAFormerProcess_thenItIsLastAsWell() {
      picker.remember(List.of(manager("a", 0, ManagerState.DRAINING), manager("y", 0)));
      for (int i = 0; i < 100; i++) assertThat(picked(0)).isEqualTo("y:1");
      picker.unreachable(manager("y", 0), 0);
      assertThat(picked(0)).isEqualTo("a:1");
    }

    @Test
    void whenOneWithoutWeightWaitsForALeader_thenThatOneIsDialledWhenItSaid() {
      picker.learn(List.of(manager("x", 0, ManagerState.STOPPING), manager("y", 0)));
      picker.unreachable(Manager.configured("a:1"), 0);
      picker.away(manager("y", 0), seconds(1), 0);
      assertThat(picker.nanosUntilReady(0)).isEqualTo(seconds(1));
      assertThat(picked(seconds(1))).isEqualTo("y:1");
    }

    @Test
    void whenItIsBack_thenItHasItsShare() {
      picker.learn(List.of(manager("x", 0, ManagerState.STOPPING), manager("y", 100)));
      picker.learn(List.of(manager("x", 100, ManagerState.ACTIVE), manager("y", 100)));
      assertThat(picker.pick(Set.of("y:1"), 0)).map(Manager::id).contains("x");
    }

    @Test
    void whenItIsTheOnlyOneThere_thenItIsFound() {
      GivenManagersThatAnswerNothing.assertFound(
          seed -> {
            List<Manager> all = new ArrayList<>(GivenManagersThatAnswerNothing.silent(100));
            ManagerPicker one = new ManagerPicker(List.of("a:1"), new Random(seed));
            all.add(manager("silent", 0));
            all.add(manager("good", 0, ManagerState.STOPPING));
            one.learn(all);
            return one;
          });
    }
  }

  /** m3 is out of rotation, m1 was just lost, m2 waits for a leader and said when to come again. */
  @Nested
  class GivenOneWithWeightThatIsLostAndOneThatAskedToWait {
    private static final long TENTH = TimeUnit.MILLISECONDS.toNanos(100);
    private final ManagerPicker picker =
        new ManagerPicker(List.of("m1:1", "m2:1", "m3:1"), new Random(42));

    GivenOneWithWeightThatIsLostAndOneThatAskedToWait() {
      picker.learn(List.of(manager("m1", 100), manager("m2", 100), manager("m3", 0)));
      picker.failed(manager("m1", 100), 0);
      picker.away(manager("m2", 100), seconds(1), 0);
    }

    private String picked(Set<String> excluded, long nowNanos) {
      return picker.pick(excluded, nowNanos).orElseThrow().id();
    }

    @Test
    void thenTheOneWithoutWeightIsNotDialledButTheOtherWhenItSaid() {
      assertThat(picked(Set.of(), TENTH)).isNotEqualTo("m3");
      assertThat(picker.nanosUntilReady(TENTH)).isEqualTo(9 * TENTH);
      assertThat(picked(Set.of(), seconds(1))).isEqualTo("m2");
      assertThat(picker.nanosUntilReady(seconds(1))).isZero();
    }

    @Test
    void whenItAsksAgainAndTheLostOneFailsAgain_thenItIsStillNotTheTurnOfTheOneWithoutWeight() {
      picker.away(manager("m2", 100), seconds(5), seconds(4));
      picker.failed(manager("m1", 100), seconds(4) + TENTH);
      picker.failed(manager("m1", 100), seconds(4) + 2 * TENTH);
      assertThat(picked(Set.of(), seconds(5) - TENTH)).isNotEqualTo("m3");
      assertThat(picker.nanosUntilReady(seconds(5) - TENTH)).isEqualTo(TENTH);
      assertThat(picked(Set.of(), seconds(5))).isEqualTo("m2");
    }

    @Test
    void whenItFailedBeforeItAnswered_thenItCountsAsThere() {
      picker.failed(manager("m2", 100), seconds(2));
      picker.away(manager("m2", 100), seconds(4), seconds(3));
      assertThat(picker.nanosUntilReady(seconds(3))).isEqualTo(seconds(1));
      assertThat(picked(Set.of(), seconds(4))).isNotEqualTo("m3");
    }

    @Test
    void whenItFailsToo_thenTheOneWithoutWeightIsDialledAtOnce() {
      picker.failed(manager("m2", 100), TENTH);
      assertThat(picked(Set.of(), TENTH)).isEqualTo("m3");
      assertThat(picker.nanosUntilReady(TENTH)).isZero();
    }

    @Test
    void whenItIsNotWanted_thenTheOneWithoutWeightIsDialled() {
      assertThat(picked(Set.of("m1:1", "m2:1"), TENTH)).isEqualTo("m3");
    }

    @Test
    void whenItHasNoLeaderForLong_thenTheOneWithoutWeightIsDialled() {
      for (long second = 1; second < 10; second++) {
        picker.failed(manager("m1", 100), seconds(second));
        picker.away(manager("m2", 100), seconds(second + 1), seconds(second));
        assertThat(picked(Set.of(), seconds(second) + TENTH)).isNotEqualTo("m3");
      }
      picker.away(manager("m2", 100), seconds(11), seconds(10));
      assertThat(picked(Set.of(), seconds(10))).isEqualTo("m3");
      assertThat(picker.nanosUntilReady(seconds(10))).isZero();
    }

    @Test
    void whenItWorksAndAsksMuchLater_thenItIsWaitedForAsMuchAsTheFirstTime() {
      picker.worked(manager("m2", 100), "m2");
      picker.failed(manager("m1", 100), seconds(60));
      picker.away(manager("m2", 100), seconds(61), seconds(60));
      assertThat(picked(Set.of(), seconds(60) + TENTH)).isNotEqualTo("m3");
    }

    @Test
    void whenItStops_thenTheOneWithoutWeightIsDialledAtOnce() {
      picker.worked(manager("m2", 100), "m2");
      picker.stops(manager("m2", 100), TENTH);
      assertThat(picked(Set.of(), TENTH)).isEqualTo("m3");
      picker.failed(manager("m3", 0), 2 * TENTH);
      picker.failed(manager("m1", 100), 2 * TENTH);
      assertThat(picked(Set.of(), 2 * TENTH)).isNotEqualTo("m2");
    }
  }
}
