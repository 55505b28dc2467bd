package dev.swarm.rebalance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.swarm.model.Command;
import dev.swarm.model.ManagerInfo;
import dev.swarm.model.ManagerState;
import dev.swarm.model.ManagerStep;
import dev.swarm.model.MoveRates;
import dev.swarm.model.Worker;
import dev.swarm.model.WorkerId;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MovePlannerTest {
  private static final Map<String, Integer> EQUAL = Map.of("m1", 100, "m2", 100, "m3", 100);

  private static SimFleet fleet(long seed, Map<String, Integer> weights, int... held) {
    SimFleet fleet = new SimFleet(seed, weights);
    for (int i = 0; i < held.length; i++) fleet.connect("m" + (i + 1), held[i]);
    return fleet.lead(MoveRates.DEFAULT);
  }

  /** The largest is at most 5 % above the mean. */
  private static void assertLevel(SimFleet fleet) {
    double mean = fleet.spread().values().stream().mapToInt(i -> i).average().orElseThrow();
    assertThat(Collections.max(fleet.spread().values()))
        .as("%s", fleet.spread())
        .isLessThanOrEqualTo((int) Math.ceil(mean * 1.05));
  }

  private static void assertNobodyAskedTwice(SimFleet fleet) {
    assertThat(fleet.asked.values()).allMatch(times -> times == 1);
  }

  @Test
  void givenAManagerThatJoins_whenItHasStayed_thenOnlyTheSurplusMovesToIt() {
    SimFleet fleet = fleet(1, Map.of("m1", 100, "m2", 100), 500, 500);
    fleet.run(20);
    assertThat(fleet.asked).as("two that are level").isEmpty();
    fleet.apply(
        new Command.PutManager(
            new ManagerInfo("m3", 1, "a:1", "a:2", "a:3", 100, ManagerState.JOINING)));
    fleet.reachable.add("m3");
    fleet.run(10);
    assertThat(fleet.asked).as("it has no share before it is active").isEmpty();
    fleet.apply(
        new Command.PutManager(
            new ManagerInfo("m3", 1, "a:1", "a:2", "a:3", 100, ManagerState.ACTIVE)));
    fleet.run(20);
    assertThat(fleet.spread()).containsEntry("m3", 333);
    assertLevel(fleet);
    assertNobodyAskedTwice(fleet);
    assertThat(fleet.takeMoved()).isEqualTo(333);
  }

  @Test
  void givenUnequalWeights_whenSet_thenWorkersFollowThem() {
    SimFleet fleet = fleet(2, EQUAL, 300, 300, 300);
    fleet.run(10);
    fleet.apply(new Command.SetWeight("m2", 50), new Command.SetWeight("m3", 0));
    fleet.run(20);
    assertThat(fleet.spread()).isEqualTo(Map.of("m1", 600, "m2", 300, "m3", 0));
    assertThat(fleet.takeMoved()).as("all of m3, and none from m2").isEqualTo(300);
    fleet.apply(new Command.SetWeight("m3", 50));
    fleet.run(20);
    assertThat(fleet.spread()).isEqualTo(Map.of("m1", 450, "m2", 225, "m3", 225));
    assertThat(fleet.takeMoved()).isEqualTo(225);
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {11, 12, 13, 14, 15})
  void givenAManagerThatDied_whenItIsBack_thenItHasItsShareAndNoMoreMovedThanMust(long seed) {
    SimFleet fleet = fleet(seed, EQUAL, 334, 333, 333);
    fleet.run(10);
    fleet.die("m2");
    fleet.run(20);
    assertThat(fleet.asked).as("who goes is no occasion").isEmpty();
    Map<String, Integer> before = fleet.spread();
    fleet.reachable.add("m2");
    fleet.run(25);
    assertLevel(fleet);
    int least = before.get("m1") - 334 + before.get("m3") - 333;
    assertThat(fleet.takeMoved()).isBetween(least, (int) (1.1 * least));
    assertNobodyAskedTwice(fleet);
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {21, 22, 23})
  void givenARollingRestart_whenAllAreBack_thenTheyAreLevelAndNobodyWasWithoutAPlace(long seed) {
    SimFleet fleet = fleet(seed, EQUAL, 334, 333, 333);
    fleet.run(10);
    int moved = 0;
    int least = 0;
    for (String manager : EQUAL.keySet()) {
      least += fleet.spread().get(manager);
      fleet.step(manager, ManagerStep.STOP);
      fleet.run(5);
      assertThat(fleet.spread().get(manager)).as("all have left %s", manager).isZero();
      fleet.reachable.remove(manager);
      fleet.run(2);
      fleet.reachable.add(manager);
      fleet.step(manager, ManagerStep.RETURN);
    }
    moved += fleet.takeMoved();
    assertThat(moved).as("each left a manager that stopped, once").isEqualTo(least);
    int surplus = surplus(fleet);
    fleet.run(20);
    assertLevel(fleet);
    assertThat(fleet.takeMoved()).isBetween(surplus, (int) (1.1 * surplus));
  }

  @Test
  void givenManagersRestartedInARow_whenAnotherEndsBeforeThereWasTime_thenWorkersMoveOnceForAll() {
    SimFleet fleet = fleet(31, EQUAL, 300, 300, 0);
    fleet.step("m3", ManagerStep.STOP);
    fleet.reachable.remove("m3");
    fleet.run(20);
    assertThat(fleet.asked).as("m3 will be back, and is not").isEmpty();
    fleet.step("m3", ManagerStep.RETURN);
    fleet.reachable.add("m3");
    fleet.run(20);
    assertThat(fleet.spread()).isEqualTo(Map.of("m1", 200, "m2", 200, "m3", 200));
    assertThat(fleet.takeMoved()).isEqualTo(200);
    fleet.apply(new Command.SetWeight("m1", 50));
    fleet.step("m2", ManagerStep.STOP);
    fleet.run(5);
    fleet.reachable.remove("m2");
    fleet.run(45);
    assertThat(fleet.spread()).as("nobody waits for ever").containsEntry("m2", 0);
    assertThat(fleet.spread().get("m1")).isEqualTo(200);
    assertThat(fleet.spread().get("m3")).isEqualTo(400);
  }

  @Test
  void givenANewLeaderWhoseLinkToAnEndingManagerComesLate_whenThatIsBack_thenItsReturnIsNoUnrest() {
    SimFleet fleet = fleet(41, EQUAL, 300, 300, 0);
    fleet.step("m3", ManagerStep.STOP);
    fleet.reachable.remove("m3");
    fleet.lead(MoveRates.DEFAULT);
    fleet.run(0.5);
    fleet.reachable.add("m3");
    fleet.run(0.5);
    fleet.reachable.remove("m3");
    fleet.run(5);
    fleet.step("m3", ManagerStep.RETURN);
    fleet.reachable.add("m3");
    fleet.run(8.5);
    assertThat(fleet.spread()).isEqualTo(Map.of("m1", 200, "m2", 200, "m3", 200));
    assertThat(fleet.takeMoved()).isEqualTo(200);
  }

  @Test
  void
      givenAnOccasionThatMustWait_whenItPassesWhileAnotherManagerWasAway_thenThatOneGetsItsShare() {
    Map<String, Integer> weights = Map.of("m1", 100, "m2", 100, "m3", 100, "m4", 100);
    SimFleet fleet = fleet(42, weights, 75, 75, 75, 75);
    fleet.run(10);
    fleet.step("m4", ManagerStep.STOP);
    fleet.run(3);
    fleet.reachable.remove("m4");
    fleet.apply(new Command.SetWeight("m1", 50));
    fleet.die("m2");
    fleet.run(2);
    fleet.reachable.add("m2");
    fleet.run(12);
    assertThat(fleet.spread()).as("m4 may be back soon").containsEntry("m2", 0);
    fleet.apply(new Command.SetWeight("m1", 100));
    fleet.run(60);
    assertThat(fleet.spread()).isEqualTo(Map.of("m1", 100, "m2", 100, "m3", 100, "m4", 0));
  }

  @Test
  void givenADrain_whenAnotherManagerIsAwayAndBackMeanwhile_thenThatOneGetsItsShareAfterwards() {
    Map<String, Integer> weights = Map.of("m1", 100, "m2", 100, "m3", 100, "m4", 100);
    SimFleet fleet = fleet(43, weights, 30, 90, 90, 90);
    fleet.run(10);
    fleet.stubborn = 3;
    fleet.step("m1", ManagerStep.DRAIN);
    fleet.run(1);
    fleet.die("m3");
    fleet.run(2);
    fleet.reachable.add("m3");
    fleet.run(20);
    assertThat(fleet.spread().get("m1")).as("drain goes on").isPositive();
    fleet.stubborn = 0;
    fleet.run(120);
    assertThat(fleet.spread()).isEqualTo(Map.of("m1", 0, "m2", 100, "m3", 100, "m4", 100));
  }

  private static int surplus(SimFleet fleet) {
    int total = fleet.state().workers().size();
    return fleet.spread().values().stream()
        .mapToInt(held -> Math.max(0, held - (total + 2) / 3))
        .sum();
  }

  @Test
  void givenWorkersThatDoNotGo_whenBalanced_thenOthersGoInsteadAndNobodyIsAskedTwice() {
    SimFleet fleet = fleet(3, EQUAL, 500, 500, 0);
    fleet.stubborn = 10;
    fleet.run(40);
    assertNobodyAskedTwice(fleet);
    assertLevel(fleet);
    assertThat(fleet.planner().takeEnded().get(OpenMoves.End.STAYED)).isPositive();
  }

  @Test
  void givenWorkersThatDoNotGo_whenDrained_thenTheyAreAskedAgainUntilAllHaveGone() {
    SimFleet fleet = fleet(4, EQUAL, 100, 100, 100);
    fleet.stubborn = 3;
    fleet.step("m1", ManagerStep.DRAIN);
    fleet.run(300);
    assertThat(fleet.spread()).containsEntry("m1", 0);
    assertThat(fleet.spread().get("m2")).isBetween(145, 155);
    assertThat(fleet.asked.values()).anyMatch(times -> times > 1);
  }

  @Test
  void givenTakersThatCannotBeGotTo_whenDrained_thenTheOtherTakesAll() {
    Map<String, Integer> weights = Map.of("m1", 100, "m2", 100, "m3", 100, "m4", 100);
    SimFleet fleet = fleet(31, weights, 1_000, 0, 0, 300);
    fleet.closed.addAll(java.util.Set.of("m2", "m3"));
    fleet.step("m1", ManagerStep.DRAIN);
    fleet.run(20);
    assertThat(fleet.spread().get("m4")).as("not held up by those in vain").isGreaterThan(700);
    fleet.run(100);
    assertThat(fleet.spread()).isEqualTo(Map.of("m1", 0, "m2", 0, "m3", 0, "m4", 1_300));
  }

  @Test
  void givenAWorkerThatGoesNowhere_whenDrained_thenTheOthersAreStillBalanced() {
    SimFleet fleet = fleet(32, Map.of("m1", 100, "m2", 100), 101, 300);
    fleet.rooted.add(new WorkerId("w10000"));
    fleet.step("m1", ManagerStep.DRAIN);
    fleet.run(30);
    assertThat(fleet.spread()).isEqualTo(Map.of("m1", 1, "m2", 400));
    fleet.apply(
        new Command.PutManager(
            new ManagerInfo("m3", 1, "a:1", "a:2", "a:3", 100, ManagerState.ACTIVE)));
    fleet.reachable.add("m3");
    fleet.run(90);
    assertThat(fleet.spread()).isEqualTo(Map.of("m1", 1, "m2", 200, "m3", 200));
    fleet.rooted.clear();
    fleet.run(90);
    assertThat(fleet.spread()).containsEntry("m1", 0);
  }

  @Test
  void givenWorkersThatGoNowhere_whenDrained_thenItIsSaidAfter30SecondsAndAgainAfterProgressOnly() {
    SimFleet fleet = fleet(34, EQUAL, 7, 20, 20);
    fleet.rooted.addAll(fleet.state().workers().headMap(new WorkerId("w10007")).keySet());
    fleet.step("m1", ManagerStep.DRAIN);
    fleet.run(29);
    assertThat(fleet.stuck).isEmpty();
    fleet.run(120);
    assertThat(fleet.stuck).hasSize(1);
    StuckDrain first = fleet.stuck.get(0);
    assertThat(first.manager()).isEqualTo("m1");
    assertThat(first.message())
        .isEqualTo("7 workers do not leave: w10000, w10001, w10002, w10003, w10004 and 2 others");
    assertThat(fleet.planner().stuck()).isEqualTo(7);

    fleet.leave(new WorkerId("w10000"));
    fleet.run(1);
    assertThat(fleet.planner().stuck()).as("there was progress").isZero();
    fleet.run(120);
    assertThat(fleet.stuck).hasSize(2);
    assertThat(fleet.stuck.get(1).left()).isEqualTo(6);

    fleet.rooted.clear();
    fleet.run(90);
    assertThat(fleet.spread()).containsEntry("m1", 0);
    assertThat(fleet.planner().stuck()).isZero();
    assertThat(fleet.stuck).hasSize(2);
  }

  @Test
  void givenNobodyWhoTakesWorkers_whenDrained_thenItIsSaid_andNoMoreOnceSomebodyDoes() {
    SimFleet fleet = fleet(37, Map.of("m1", 100, "m2", 100), 2, 0);
    fleet.reachable.remove("m2");
    fleet.step("m1", ManagerStep.DRAIN);
    fleet.run(29);
    assertThat(fleet.stuck).isEmpty();
    fleet.run(2);
    assertThat(fleet.stuck.get(0).message())
        .isEqualTo("2 workers do not leave: w10000, w10001; no other manager takes any");
    assertThat(fleet.planner().stuck()).isEqualTo(2);

    fleet.reachable.add("m2");
    fleet.run(30);
    assertThat(fleet.spread()).isEqualTo(Map.of("m1", 0, "m2", 2));
    assertThat(fleet.planner().stuck()).isZero();
    assertThat(fleet.stuck).hasSize(1);
  }

  @Test
  void givenADrainThatGoesSlowly_whenItTakesMinutes_thenItIsNotStuck() {
    SimFleet fleet = fleet(35, EQUAL, 100, 0, 0);
    fleet.lead(new MoveRates(1, 0));
    fleet.step("m1", ManagerStep.DRAIN);
    fleet.run(150);
    assertThat(fleet.spread()).containsEntry("m1", 0);
    assertThat(fleet.stuck).isEmpty();
  }

  @Test
  void givenAStuckDrain_whenTheManagerIsActivated_thenNobodyIsStuckAnyMore() {
    SimFleet fleet = fleet(36, EQUAL, 1, 20, 20);
    fleet.rooted.add(new WorkerId("w10000"));
    fleet.step("m1", ManagerStep.DRAIN);
    fleet.run(40);
    assertThat(fleet.stuck.get(0).message()).isEqualTo("1 worker does not leave: w10000");
    fleet.step("m1", ManagerStep.ACTIVATE);
    fleet.run(1);
    assertThat(fleet.planner().stuck()).isZero();
  }

  @Test
  void givenAManagerThatADrainHasEmptied_whenActivated_thenItGetsItsShareAndNobodyMovesTwice() {
    SimFleet fleet = fleet(38, EQUAL, 300, 300, 300);
    fleet.run(10);
    fleet.step("m1", ManagerStep.DRAIN);
    fleet.run(20);
    assertThat(fleet.spread()).isEqualTo(Map.of("m1", 0, "m2", 450, "m3", 450));
    assertNobodyAskedTwice(fleet);
    assertThat(fleet.takeMoved()).isEqualTo(300);
    fleet.run(20);
    assertThat(fleet.asked).as("drained is drained").isEmpty();
    fleet.step("m1", ManagerStep.ACTIVATE);
    fleet.run(20);
    assertThat(fleet.spread()).isEqualTo(Map.of("m1", 300, "m2", 300, "m3", 300));
    assertNobodyAskedTwice(fleet);
    assertThat(fleet.takeMoved()).as("no more than must").isEqualTo(300);
  }

  @Test
  void givenAManagerWithWorkers_whenItIsRemoved_thenTheyAreAskedToGoToTheOthers() {
    SimFleet fleet = fleet(39, EQUAL, 100, 150, 50);
    fleet.apply(new Command.RemoveManager("m1", 1));
    assertThat(fleet.state().managers().get("m1").state()).isEqualTo(ManagerState.LEAVING);
    fleet.run(10);
    assertThat(fleet.spread()).isEqualTo(Map.of("m1", 0, "m2", 150, "m3", 150));
    assertThat(fleet.asked).as("its own, and nobody else").hasSize(100);
    assertNobodyAskedTwice(fleet);
  }

  @Test
  void givenNobodyWhoCouldTakeThem_whenDrained_thenWorkersStay() {
    SimFleet fleet = fleet(5, EQUAL, 100, 100, 100);
    fleet.run(6);
    fleet.reachable.retainAll(java.util.Set.of("m1"));
    fleet.step("m1", ManagerStep.STOP);
    fleet.run(30);
    assertThat(fleet.asked).isEmpty();
    fleet.reachable.add("m3");
    fleet.run(3);
    assertThat(fleet.spread()).isEqualTo(Map.of("m1", 0, "m2", 100, "m3", 200));
  }

  @Test
  void givenAllManagersStop_whenPlanned_thenNobodyIsAsked() {
    SimFleet fleet = fleet(6, EQUAL, 100, 100, 100);
    for (String manager : EQUAL.keySet()) fleet.step(manager, ManagerStep.STOP);
    fleet.run(30);
    assertThat(fleet.asked).isEmpty();
  }

  @Test
  void givenADrain_whenItRuns_thenItKeepsToItsRateAndLevelsTheOthers() {
    SimFleet fleet = fleet(7, EQUAL, 2_000, 300, 100);
    fleet.lead(new MoveRates(200, 0));
    fleet.step("m1", ManagerStep.DRAIN);
    fleet.run(20);
    assertThat(fleet.spread()).isEqualTo(Map.of("m1", 0, "m2", 1_200, "m3", 1_200));
    assertThat(fleet.askedInSecond.values()).allMatch(count -> count <= 250);
    assertThat(fleet.askedInSecond).hasSizeBetween(9, 12);
  }

  @Test
  void givenAManagerThatComesAndGoes_whenItIsBackAgain_thenItMustStayLongerEachTime() {
    SimFleet fleet = fleet(8, EQUAL, 300, 300, 300);
    fleet.run(10);
    for (int i = 0; i < 3; i++) {
      fleet.die("m3");
      fleet.run(2);
      fleet.reachable.add("m3");
      fleet.run(9);
    }
    assertThat(fleet.asked).as("it was never there for long enough").isEmpty();
    fleet.run(60);
    assertLevel(fleet);
    assertNobodyAskedTwice(fleet);
  }

  @Test
  void givenALevelFleet_whenWorkersComeAndGo_thenNobodyMovesAndNobodyIsLookedAt() {
    SimFleet fleet = fleet(9, EQUAL, 300, 300, 300);
    fleet.run(10);
    long seen = fleet.planner().seen();
    fleet.connect("m1", 200);
    fleet.leave(fleet.state().workers().firstKey());
    fleet.run(60);
    assertThat(fleet.asked).isEmpty();
    assertThat(fleet.planner().seen()).isEqualTo(seen);
    assertThat(fleet.planner().busy()).isFalse();
    assertThat(fleet.planner().held("m1")).isEqualTo(499);
  }

  @Test
  void givenAManagerOfWeightZero_whenWorkersComeToIt_thenTheyAndNobodyElseAreSentOn() {
    SimFleet fleet = fleet(31, Map.of("m1", 100, "m2", 50, "m3", 0), 200, 100, 0);
    fleet.run(10);
    fleet.connect("m1", 60);
    fleet.connect("m3", 30);
    fleet.run(5);
    assertThat(fleet.spread()).isEqualTo(Map.of("m1", 260, "m2", 130, "m3", 0));
    assertThat(fleet.asked).hasSize(30);
    assertNobodyAskedTwice(fleet);
  }

  @Test
  void givenAWorkerThatReachesOnlyAManagerOfWeightZero_whenItComes_thenItIsAskedOncePerSession() {
    SimFleet fleet = fleet(32, Map.of("m1", 100, "m2", 100, "m3", 0), 100, 100, 1);
    WorkerId rooted = fleet.state().workers().lastKey();
    fleet.rooted.add(rooted);
    fleet.run(60);
    assertThat(fleet.asked).as("what the leader found").isEqualTo(Map.of(rooted, 1));
    fleet.open(rooted, "m3");
    fleet.run(60);
    assertThat(fleet.asked).as("another session").isEqualTo(Map.of(rooted, 2));
    assertThat(fleet.planner().busy()).isFalse();
  }

  @Test
  void givenNobodyWithWeight_whenWorkersCome_thenTheyAreSentOnOnceSomebodyHasIt() {
    SimFleet fleet = fleet(33, Map.of("m1", 0, "m2", 0), 0, 0);
    fleet.run(10);
    fleet.connect("m1", 20);
    fleet.rooted.add(fleet.state().workers().lastKey());
    fleet.run(10);
    assertThat(fleet.asked).isEmpty();
    fleet.apply(new Command.SetWeight("m2", 100));
    fleet.run(60);
    assertThat(fleet.spread()).isEqualTo(Map.of("m1", 1, "m2", 19));
    assertNobodyAskedTwice(fleet);
  }

  @Test
  void givenAnUnbalancedFleet_whenALeaderIsElected_thenItPlansAnewFromTheState() {
    SimFleet fleet = fleet(10, EQUAL, 600, 300, 0);
    fleet.run(7);
    int first = fleet.takeMoved();
    assertThat(first).isBetween(1, 299);
    fleet.lead(MoveRates.DEFAULT);
    fleet.run(30);
    assertThat(fleet.spread()).isEqualTo(Map.of("m1", 300, "m2", 300, "m3", 300));
  }

  @Test
  void givenAFleetAsChanceLeavesIt_whenALeaderIsElected_thenItLeavesItToo() {
    SimFleet fleet = fleet(12, EQUAL, 365, 310, 325);
    fleet.run(30);
    assertThat(fleet.asked).isEmpty();
    fleet.reachable.remove("m3");
    fleet.lead(MoveRates.DEFAULT);
    fleet.run(10);
    fleet.reachable.add("m3");
    fleet.run(30);
    assertThat(fleet.asked).as("nor when one is found late").isEmpty();
    fleet.apply(new Command.SetWeight("m1", 101));
    fleet.run(30);
    assertLevel(fleet);
    assertThat(fleet.asked).as("an occasion is another matter").isNotEmpty();
  }

  @Test
  void givenAFewWorkersAndAManagerWithNone_whenALeaderIsElected_thenThatIsNoChance() {
    SimFleet fleet = fleet(13, EQUAL, 8, 8, 0);
    fleet.run(10);
    assertThat(fleet.spread().get("m3")).isEqualTo(5);
  }

  @Test
  void givenALeaderThatDied_whenItsWorkersAreStillOnTheirWay_thenTheNextLeaderWaitsForThem() {
    SimFleet fleet = fleet(14, EQUAL, 300, 150, 150);
    fleet.lead(new MoveRates(200, 0));
    fleet.reachable.remove("m1");
    Set<WorkerId> homeless =
        fleet.state().workers().values().stream()
            .filter(worker -> worker.session().manager().equals("m1"))
            .map(Worker::id)
            .collect(Collectors.toSet());
    fleet.lead(MoveRates.DEFAULT);
    fleet.elect(2, homeless);
    homeless.stream().sorted().limit(250).forEach(worker -> fleet.open(worker, "m2"));
    fleet.run(10);
    assertThat(fleet.asked).as("50 have yet to come").isEmpty();
    homeless.stream().sorted().skip(250).forEach(worker -> fleet.open(worker, "m3"));
    fleet.run(10);
    assertThat(fleet.spread()).isEqualTo(Map.of("m1", 0, "m2", 300, "m3", 300));
    assertThat(fleet.takeMoved()).isEqualTo(100);
  }

  @Test
  void givenRebalancingIsOff_whenAManagerIsBack_thenNobodyMovesToIt() {
    SimFleet fleet = fleet(11, EQUAL, 450, 450, 0);
    fleet.lead(new MoveRates(200, 0));
    fleet.run(30);
    assertThat(fleet.asked).isEmpty();
  }
}
