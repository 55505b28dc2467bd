package dev.swarm.forward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ForwardOptionsTest {
  private static ForwardOptions towards(String leaderApi) {
    return new ForwardOptions("demo", "m2", 1, "m1", leaderApi, 1);
  }

  @Test
  void givenAnAddress_whenRead_thenHostAndPortAreTold() {
    assertThat(towards("10.0.0.7:7001").host()).isEqualTo("10.0.0.7");
    assertThat(towards("10.0.0.7:7001").port()).isEqualTo(7001);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "host", "host:", ":7001", "host:x", "host:70000", "host:-1"})
  void givenSomethingElse_whenRead_thenItIsRefusedByName(String address) {
    assertThatThrownBy(() -> towards(address))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'" + address + "'");
  }
}
