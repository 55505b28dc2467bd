package dev.swarm.edge;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DescriptorsTest {
  @Test
  void givenThisProcess_thenSomeAreFree() {
    assertThat(Descriptors.free()).isPositive();
  }

  @Test
  void givenSoFewThatTheyCannotBeCounted_thenNoneIsFree() {
    assertThat(
            Descriptors.free(
                () -> 100,
                () -> {
                  throw new InternalError("Unable to open directory /proc/self/fd");
                }))
        .isZero();
  }
}
