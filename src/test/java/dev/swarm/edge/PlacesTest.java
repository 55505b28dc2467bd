package dev.swarm.edge;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PlacesTest {
  private final Places places = new Places(4, 2);

  @Test
  void givenAnAddressWithAllItsPlaces_thenOthersStillFindOne() {
    assertThat(places.take("a")).isNull();
    assertThat(places.take("a")).isNull();

    assertThat(places.take("a")).isEqualTo(Refused.ADDRESS);
    assertThat(places.take("b")).isNull();
    places.free("a");
    assertThat(places.take("a")).isNull();
  }

  @Test
  void givenAllPlacesTaken_thenNobodyFindsOneUntilOneIsFree() {
    for (String address : new String[] {"a", "b", "c", "d"}) places.take(address);

    assertThat(places.take("e")).isEqualTo(Refused.CONNECTIONS);
    places.free("a");
    assertThat(places.take("e")).isNull();
  }

  @Test
  void givenFewDescriptors_thenThereAreFewerPlaces_andMoreWhenThereAreAgain() {
    places.take("a");
    places.afford(1);
    assertThat(places.places()).isEqualTo(2);
    assertThat(places.take("b")).isNull();

    assertThat(places.take("c")).isEqualTo(Refused.DESCRIPTORS);
    places.afford(-5);
    assertThat(places.places()).isZero();
    places.afford(1_000_000_000_000L);
    assertThat(places.places()).isEqualTo(4);
    assertThat(places.take("c")).isNull();
  }
}
