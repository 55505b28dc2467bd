package dev.swarm.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UnitsTest {

  @ParameterizedTest
  @CsvSource({"100ms, 100", "5s, 5000", "2m, 120000", "1h, 3600000", "0ms, 0"})
  void givenADuration_whenRead_thenItIsInMillisecondsAndPrintsTheSame(String text, long millis) {
    assertThat(Units.millis(text)).isEqualTo(millis);
    assertThat(Units.text(millis)).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "5", "s", "5 s", "-5s", "1.5s", "5S", "5sec", "9999999999999s"})
  void givenSomethingElse_whenReadAsDuration_thenItIsRefused(String text) {
    assertThatThrownBy(() -> Units.millis(text)).hasMessageContaining("duration");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "10", "%", "-1%", "1.5%", "10 %", "1000%"})
  void givenSomethingElse_whenReadAsShare_thenItIsRefused(String text) {
    assertThatThrownBy(() -> Units.percent(text)).hasMessageContaining("share");
  }
}
