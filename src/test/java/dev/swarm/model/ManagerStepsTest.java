package dev.swarm.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ManagerStepsTest {
  private final Log log = Log.begun();

  private void put(String id, ManagerState state) {
    log.apply(new Command.PutManager(new ManagerInfo(id, 1, "a:1", "a:2", "a:3", 70, state)));
  }

  private List<Refusal> step(String id, ManagerStep step) {
    return log.apply(new Command.StepManager(id, step));
  }

  private ManagerInfo manager(String id) {
    return log.state().managers().get(id);
  }

  @ParameterizedTest(name = "{0} {1} is {2}")
  @CsvSource({
    "ACTIVE, DRAIN, DRAINING",
    "ACTIVE, RETIRE, RETIRING",
    "ACTIVE, STOP, STOPPING",
    "ACTIVE, RETURN, ACTIVE",
    "ACTIVE, LEAVE, ACTIVE",
    "DRAINING, ACTIVATE, ACTIVE",
    "DRAINING, RETIRE, RETIRING",
    "DRAINING, STOP, DRAINING",
    "DRAINING, RETURN, DRAINING",
    "RETIRING, DRAIN, DRAINING",
    "RETIRING, ACTIVATE, ACTIVE",
    "RETIRING, LEAVE, LEAVING",
    "STOPPING, RETURN, ACTIVE",
    "STOPPING, DRAIN, DRAINING",
    "LEAVING, RETURN, LEAVING",
    "JOINING, STOP, JOINING"
  })
  void givenAManager_whenItMakesAStep_thenItStandsWhereTheStepLeads(
      ManagerState before, ManagerStep step, ManagerState after) {
    put("m1", before);
    put("m2", ManagerState.ACTIVE);
    assertThat(step("m1", step)).isEmpty();
    assertThat(manager("m1").state()).isEqualTo(after);
    assertThat(manager("m1").weight()).as("what the operator set").isEqualTo(70);
  }

  @ParameterizedTest
  @EnumSource(value = ManagerState.class, names = "ACTIVE", mode = EnumSource.Mode.EXCLUDE)
  void givenAManagerThatIsNotActive_whenItsShareIsAsked_thenItIsNothing(ManagerState state) {
    assertThat(new ManagerInfo("m1", 1, "a:1", "a:2", "a:3", 70, state).share()).isZero();
    assertThat(new ManagerInfo("m1", 1, "a:1", "a:2", "a:3", 70, ManagerState.ACTIVE).share())
        .isEqualTo(70);
  }

  @Test
  void givenNobodyElseTakesWorkers_whenTheLastOneIsDrained_thenThatIsRefusedWithTheReason() {
    put("m1", ManagerState.ACTIVE);
    put("m2", ManagerState.DRAINING);
    for (ManagerStep step : List.of(ManagerStep.DRAIN, ManagerStep.RETIRE)) {
      assertThat(step("m1", step))
          .singleElement()
          .satisfies(
              refusal -> {
                assertThat(refusal.kind()).isEqualTo(SwarmException.Kind.CONFLICT);
                assertThat(refusal.message()).contains("no other manager takes workers");
              });
    }
    assertThat(manager("m1").state()).isEqualTo(ManagerState.ACTIVE);
    assertThat(step("m1", ManagerStep.STOP)).as("a process ends all the same").isEmpty();
  }

  @Test
  void givenTheLastThatVotes_whenItHasGivenItsWorkersUp_thenItStaysAMember() {
    put("m1", ManagerState.RETIRING);
    put("m2", ManagerState.JOINING);
    assertThat(step("m1", ManagerStep.LEAVE)).hasSize(1);
    assertThat(manager("m1").state()).isEqualTo(ManagerState.RETIRING);
  }

  @Test
  void givenAManagerThatJoinsOrLeaves_whenAnOperatorStepsIn_thenThatIsRefused() {
    put("m2", ManagerState.ACTIVE);
    for (ManagerState state : List.of(ManagerState.JOINING, ManagerState.LEAVING)) {
      put("m1", state);
      for (ManagerStep step : List.of(ManagerStep.DRAIN, ManagerStep.ACTIVATE)) {
        assertThat(step("m1", step))
            .singleElement()
            .satisfies(
                refusal -> assertThat(refusal.message()).isEqualTo("manager m1 is " + state));
      }
    }
    assertThat(step("m9", ManagerStep.DRAIN))
        .singleElement()
        .satisfies(refusal -> assertThat(refusal.kind()).isEqualTo(SwarmException.Kind.NOT_FOUND));
  }

  @Test
  void givenAManagerThatStops_whenAnOperatorActivatesIt_thenThatIsRefusedUntilItIsBack() {
    put("m1", ManagerState.ACTIVE);
    put("m2", ManagerState.ACTIVE);
    step("m1", ManagerStep.STOP);
    assertThat(step("m1", ManagerStep.ACTIVATE))
        .singleElement()
        .satisfies(
            refusal -> {
              assertThat(refusal.kind()).isEqualTo(SwarmException.Kind.CONFLICT);
              assertThat(refusal.message())
                  .isEqualTo(
                      "manager m1 is STOPPING: it becomes active by itself when its process is"
                          + " back");
            });
    assertThat(manager("m1").state()).isEqualTo(ManagerState.STOPPING);
    assertThat(step("m1", ManagerStep.RETURN)).isEmpty();
    assertThat(manager("m1").state()).isEqualTo(ManagerState.ACTIVE);
    assertThat(step("m1", ManagerStep.ACTIVATE)).isEmpty();
  }
}
