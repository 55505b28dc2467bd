package dev.swarm.model;

import java.util.Map;

/**
 * Hashes the fields of one record, in order, to 64 bits that are the same on every machine. The
 * digest of a state is the sum of those of its records, so it is kept up to date by subtracting
 * what goes and adding what comes.
 */
final class Digest {
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  private long hash;

  private Digest(String kind) {
    add(kind);
  }

  /** Starts the digest of a record of this kind. */
  static Digest of(String kind) {
    return new Digest(kind);
  }

  Digest add(long value) {
    hash = mix(hash + GOLDEN ^ mix(value));
    return this;
  }

  Digest add(boolean value) {
    return add(value ? 1 : 2);
  }

  Digest add(Enum<?> value) {
    return add(value.name());
  }

  Digest add(Bytes value) {
    return add(value.size()).add(value.hash64());
  }

  Digest add(String value) {
    long text = 0xCBF29CE484222325L;
    for (int i = 0; i < value.length(); i++) text = (text ^ value.charAt(i)) * 0x100000001B3L;
    return add(value.length()).add(text);
  }

  /** Adds the entries in the order of the map, which must be sorted. */
  Digest add(Map<String, String> sorted) {
    add(sorted.size());
    sorted.forEach((key, value) -> add(key).add(value));
    return this;
  }

  long value() {
    return hash;
  }

  /** Spreads every bit of the input over the whole output (the finisher of SplitMix64). */
  static long mix(long value) {
    long z = value + GOLDEN;
    z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
    z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
    return z ^ z >>> 31;
  }
}
