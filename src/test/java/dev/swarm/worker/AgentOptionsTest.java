package dev.swarm.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.swarm.model.SwarmException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AgentOptionsTest {
  private static AgentOptions options(String id, List<String> managers, int slots) {
    return new AgentOptions(id, "demo", managers, Map.of(), slots, "");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "localhost", "host:", ":1", "host:70000", "a b:1"})
  void givenABadAddress_whenMade_thenItIsNamed(String address) {
    assertThatThrownBy(() -> options("w1", List.of(address), 1))
        .isInstanceOf(SwarmException.class)
        .hasMessageContaining("'" + address + "'");
  }

  @Test
  void givenOtherBadFields_whenMade_thenTheyAreRefused() {
    assertThatThrownBy(() -> options("W 1", List.of("a:1"), 1)).hasMessageContaining("worker id");
    assertThatThrownBy(() -> options("w1", List.of(), 1)).hasMessageContaining("knows no manager");
    assertThatThrownBy(() -> options("w1", List.of("a:1"), 0)).hasMessageContaining("slots 0");
  }

  @Test
  void givenAnIpv6Address_whenRead_thenHostAndPortAreApart() {
    Manager manager = Manager.configured("[::1]:7001");
    assertThat(manager.host()).isEqualTo("::1");
    assertThat(manager.port()).isEqualTo(7001);
  }
}
