package dev.swarm.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressTest {

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1:7001, 127.0.0.1, 7001",
    "m1.example.org:1, m1.example.org, 1",
    "[::1]:65535, ::1, 65535",
    "[fe80::1%eth0]:7001, fe80::1%eth0, 7001",
    "' localhost:7001 ', localhost, 7001"
  })
  void givenHostAndPort_whenParsed_thenBothAreThereAndPrintTheSame(
      String text, String host, int port) {
    Address address = Address.parse(text);
    assertThat(address).isEqualTo(new Address(host, port));
    assertThat(address).hasToString(text.trim());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "host",
        "host:",
        "host:0",
        "host:65536",
        "host:-1",
        "host:1x",
        ":7001",
        "::1:7001",
        "[::1]",
        "[::1]7001",
        "[::1",
        "ho st:1",
        "host/path:1",
        "host:123456789012"
      })
  void givenSomethingElse_whenParsed_thenItIsRefused(String text) {
    assertThatThrownBy(() -> Address.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void givenNoPort_whenThereIsAPresetOne_thenItCounts() {
    assertThat(Address.parse("m1", 7201)).hasToString("m1:7201");
    assertThat(Address.parse("[::1]", 7201)).hasToString("[::1]:7201");
    assertThat(Address.parse("m1:1", 7201)).hasToString("m1:1");
  }

  @Test
  void givenAnIpv6AddressWithoutBrackets_whenParsed_thenTheReasonSaysSo() {
    assertThatThrownBy(() -> Address.parse("::1:7001")).hasMessageContaining("brackets");
  }

  @Test
  void givenTheAddressOfEveryInterface_thenItIsKnownAsSuch() {
    assertThat(new Address("0.0.0.0", 1).everywhere()).isTrue();
    assertThat(new Address("::", 1).everywhere()).isTrue();
    assertThat(new Address("127.0.0.1", 1).everywhere()).isFalse();
  }
}
