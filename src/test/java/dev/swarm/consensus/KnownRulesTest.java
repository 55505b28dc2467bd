package dev.swarm.consensus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.swarm.codec.LogCodec;
import dev.swarm.model.Rules;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A leader of m1, m2 and m3 decides by which rules it writes. */
class KnownRulesTest {
  private final KnownRules rules = new KnownRules();

  private Rules next(Rules inForce) {
    return rules.next(inForce, List.of("m2", "m3"));
  }

  @Test
  void givenAMemberThatHasNotTold_thenNothingIsWrittenThatItMightNotKnow() {
    rules.heard("m2", LogCodec.VERSION);
    assertThat(next(Rules.FIRST)).isEqualTo(Rules.FIRST);
  }

  @Test
  void givenAMemberOfAnOlderRelease_thenItsRulesCount_untilItIsUpgraded() {
    rules.heard("m2", LogCodec.VERSION);
    rules.heard("m3", 0);
    assertThat(next(Rules.FIRST)).isEqualTo(Rules.FIRST);
    rules.heard("m3", LogCodec.VERSION);
    assertThat(next(Rules.FIRST)).isEqualTo(Rules.NEWEST);
  }

  @Test
  void givenNewerRulesInForce_whenAnotherLeads_thenTheyStay() {
    rules.heard("m2", LogCodec.VERSION);
    rules.heard("m3", LogCodec.VERSION);
    rules.forget();
    assertThat(next(Rules.FIRST)).isEqualTo(Rules.FIRST);
    assertThat(next(Rules.SECOND)).isEqualTo(Rules.SECOND);
  }

  @Test
  void givenNobodyElse_thenTheNewestCount() {
    assertThat(rules.next(Rules.FIRST, List.of())).isEqualTo(Rules.NEWEST);
  }
}
