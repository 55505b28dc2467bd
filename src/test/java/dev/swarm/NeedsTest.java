package dev.swarm;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.opentest4j.TestAbortedException;

class NeedsTest {
  @Test
  void givenSomethingMissing_whenItMustBeThere_thenTheTestFails_andElseItIsSkipped() {
    assertThatThrownBy(() -> Needs.met(false, "gcc", true))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("needs gcc");
    assertThatThrownBy(() -> Needs.met(false, "gcc", false))
        .isInstanceOf(TestAbortedException.class)
        .hasMessageContaining("needs gcc");
  }

  @Test
  void givenNothingMissing_thenTheTestGoesOn() {
    assertThatCode(() -> Needs.met(true, "gcc", true)).doesNotThrowAnyException();
    assertThatCode(() -> Needs.met(true, "gcc", false)).doesNotThrowAnyException();
  }
}
