package dev.swarm.consensus.formation;

import dev.swarm.codec.Sha256;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;

/**
 * How a group came to be: its first members, each with the random number that its blank folder had.
 * Managers whose folders began at another time, or anew, can never be taken for these.
 *
 * @param founders nonces in hexadecimal, by manager id
 */
public record Formation(SortedMap<String, String> founders) {

  /** Keeps a copy. */
  public Formation {
    founders = Collections.unmodifiableSortedMap(new TreeMap<>(founders));
  }

  /** Name of the Raft group; follows from the founders. */
  public UUID id() {
    StringBuilder text = new StringBuilder("swarm formation");
    founders.forEach(
        (manager, nonce) -> text.append('\n').append(manager).append('=').append(nonce));
    ByteBuffer hash = ByteBuffer.wrap(Sha256.of(text.toString().getBytes(StandardCharsets.UTF_8)));
    return new UUID(hash.getLong(), hash.getLong());
  }

  /** Whether this manager, with this nonce, is a founder. */
  boolean has(String manager, String nonce) {
    return nonce.equals(founders.get(manager));
  }
}
