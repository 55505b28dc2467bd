package dev.swarm.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class MoveAdviceTest {
  private static final Set<String> HERE = Set.of("x:1");

  private final ManagerPicker picker = new ManagerPicker(List.of("x:1"), new Random(7));
  private final MoveAdvice advice = new MoveAdvice();

  MoveAdviceTest() {
    picker.learn(
        List.of(
            new Manager("x", "x:1", 100),
            new Manager("y", "y:1", 100),
            new Manager("z", "z:1", 100)));
  }

  private static long seconds(long seconds) {
    return TimeUnit.SECONDS.toNanos(seconds);
  }

  @Test
  void givenAdviceToGoAnywhere_whenManagersAreChosen_thenEachOtherOnceAndThenItEnds() {
    advice.begin("", 0, 0);
    assertThat(advice.namesTarget()).isFalse();
    Set<String> chosen = new HashSet<>();
    for (int i = 0; i < 2; i++) {
      chosen.add(advice.choose(picker, HERE, 0).orElseThrow().address());
    }
    assertThat(chosen).containsExactlyInAnyOrder("y:1", "z:1");
    assertThat(advice.isOpen()).isTrue();
    assertThat(advice.choose(picker, HERE, 0)).isEmpty();
    assertThat(advice.isOpen()).isFalse();
  }

  @Test
  void givenAdviceToGoToOne_whenManagersAreChosen_thenThatOneOnceAndNobodyElse() {
    advice.begin("z", 0, 0);
    assertThat(advice.namesTarget()).isTrue();
    assertThat(advice.choose(picker, HERE, 0).map(Manager::address)).isEqualTo(Optional.of("z:1"));
    assertThat(advice.choose(picker, HERE, 0)).isEmpty();
    assertThat(advice.isOpen()).isFalse();
  }

  @Test
  void givenAdvice_whenItsTimeIsOver_thenItEnds_atTheLatestAfterAMinute() {
    advice.begin("", 10_000, seconds(100));
    advice.expire(seconds(110));
    assertThat(advice.isOpen()).isTrue();
    advice.expire(seconds(110) + 1);
    assertThat(advice.isOpen()).isFalse();
    for (long withinMillis : List.of(0L, 3_600_000L)) {
      advice.begin("", withinMillis, 0);
      advice.expire(seconds(60));
      assertThat(advice.isOpen()).isTrue();
      advice.expire(seconds(60) + 1);
      assertThat(advice.isOpen()).isFalse();
    }
  }

  @Test
  void givenAdviceThatEnded_whenAdvisedAgain_thenAllHaveTheirTurnAgain() {
    advice.begin("z", 0, 0);
    advice.choose(picker, HERE, 0);
    advice.end();
    advice.begin("z", 0, 0);
    assertThat(advice.choose(picker, HERE, 0)).isPresent();
  }
}
