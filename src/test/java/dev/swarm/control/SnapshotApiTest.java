package dev.swarm.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.swarm.codec.LogCodec;
import dev.swarm.codec.Sha256;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SnapshotApiTest {
  private static final String PATH = "/api/v1/snapshot";

  @Test
  void givenAState_whenAsked_thenItIsSentWithItsLengthAndDigest() throws IOException {
    try (Door door = Door.open()) {
      for (int i = 0; i < 40; i++) door.join("w" + i, Map.of("filler", "x".repeat(200)));
      Door.Reply reply = door.get(PATH);

      assertThat(reply.status()).isEqualTo(200);
      byte[] bytes = reply.raw().body();
      assertThat(LogCodec.readSnapshot(new ByteArrayInputStream(bytes)))
          .isEqualTo(door.consensus.state());
      assertThat(reply.header("Content-Length")).isEqualTo(Integer.toString(bytes.length));
      assertThat(reply.header("Repr-Digest"))
          .isEqualTo("sha-256=:" + Base64.getEncoder().encodeToString(Sha256.of(bytes)) + ":");
      for (int again = 0; again < 20; again++) {
        assertThat(door.get(PATH).status()).as("at once again").isEqualTo(200);
      }
    }
  }

  @Test
  void givenNoLeader_whenAsked_thenNothingThatMayBeOldIsSent() {
    try (Door door = Door.open()) {
      door.consensus.lead("", 4);
      org.awaitility.Awaitility.await().until(() -> door.get(PATH).status() == 503);
      assertThat(door.get(PATH).json().getString("kind")).isEqualTo("NO_LEADER");
    }
  }
}
