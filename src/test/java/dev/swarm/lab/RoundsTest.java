package dev.swarm.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RoundsTest {
  private final List<Integer> run = new ArrayList<>();

  @Test
  void givenTime_whenAllHold_thenEachIsRun() throws Exception {
    assertThat(Rounds.run(3, 1, this::holds)).isEmpty();
    assertThat(run).containsExactly(1, 2, 3);
  }

  @Test
  void givenTime_whenOneDoesNotHold_thenThatIsSaidAndNoMoreAreRun() throws Exception {
    assertThat(Rounds.run(3, 1, number -> number == 2 ? List.of("lost") : holds(number)))
        .containsExactly("lost");
    assertThat(run).containsExactly(1);
  }

  @Test
  void givenNoTime_whenRun_thenThatTheyWereNotDoneIsNotHeld() throws Exception {
    assertThat(Rounds.run(50, 0, this::holds)).containsExactly("only 0 of 50 done in 0 minutes");
    assertThat(run).isEmpty();
  }

  private List<String> holds(int number) {
    run.add(number);
    return List.of();
  }
}
