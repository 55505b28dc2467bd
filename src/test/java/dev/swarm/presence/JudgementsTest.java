package dev.swarm.presence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.swarm.model.Judgement;
import dev.swarm.model.Judgement.Verdict;
import dev.swarm.model.SessionRef;
import dev.swarm.model.WorkerId;
import org.junit.jupiter.api.Test;

/** What is said first, and what is said again. */
class JudgementsTest {
  private final Judgements judgements = new Judgements();

  private static Judgement of(int worker, Verdict verdict) {
    return new Judgement(new SessionRef(new WorkerId("w" + worker), 1), 1, verdict, "");
  }

  @Test
  void givenMany_thenACommandTakesABoundedNumberInOrder() {
    for (int i = 0; i < 1_500; i++) judgements.add(of(i, Verdict.UP));
    assertThat(judgements.take()).hasSize(1_000).startsWith(of(0, Verdict.UP));
    assertThat(judgements.take()).hasSize(500);
    assertThat(judgements.isEmpty()).isTrue();
  }

  @Test
  void givenAConfirmationThatFailed_whenTheVerdictIsDownMeanwhile_thenOnlyThatIsSaid() {
    judgements.add(of(1, Verdict.UP));
    var unsaid = judgements.take();
    judgements.add(of(1, Verdict.DOWN));
    judgements.again(unsaid);
    assertThat(judgements.take()).containsExactly(of(1, Verdict.DOWN));
  }
}
