package dev.swarm.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class EndReasonTest {
  @Test
  void whatAManagerDoesInOrder_orCannotHelp_isNotHeldAgainstIt() {
    assertThat(Arrays.stream(EndReason.values()).filter(EndReason::blamesManager))
        .containsExactly(
            EndReason.UNREACHABLE, EndReason.NOT_WELCOMED, EndReason.LOST, EndReason.SILENT);
  }
}
