package dev.swarm.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.IntSummaryStatistics;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FreePortsTest {
  private static final int DRAWS = 200;

  private static IntSummaryStatistics draw(int part) {
    try (FreePorts free = new FreePorts(new Random(7), part)) {
      int[] ports = IntStream.range(0, DRAWS).map(i -> free.applyAsInt("127.0.0.1")).toArray();
      assertThat(ports).doesNotHaveDuplicates();
      return IntStream.of(ports).summaryStatistics();
    }
  }

  @Test
  void givenPartsOfTheirOwn_whenProcessesChoose_thenNeverTheSame() {
    int behind = 10_000;
    for (int part = 1; part <= 6; part++) {
      IntSummaryStatistics ports = draw(part);
      assertThat(ports.getMin()).isGreaterThanOrEqualTo(behind);
      behind = ports.getMax() + 1;
    }
    assertThat(behind).as("below those for outgoing connections").isLessThanOrEqualTo(32_000);
  }

  @Test
  void givenNoPart_whenAProcessChooses_thenFromAll() {
    IntSummaryStatistics ports = draw(0);
    assertThat(ports.getMax() - ports.getMin()).isGreaterThan(10_000);
  }
}
