package dev.swarm.model;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** An immutable run of bytes that knows its own hash, so that a payload is hashed once. */
public final class Bytes {
  /** No bytes. */
  public static final Bytes EMPTY = new Bytes(new byte[0]);

  private final byte[] bytes;
  private final long hash64;

  private Bytes(byte[] bytes) {
    this.bytes = bytes;
    this.hash64 = hash(bytes);
  }

  /** Takes over the array: the caller must not change it afterwards. */
  public static Bytes wrap(byte[] bytes) {
    return bytes.length == 0 ? EMPTY : new Bytes(bytes);
  }

  /** Number of bytes. */
  public int size() {
    return bytes.length;
  }

  /** The bytes themselves, not a copy: the caller must not change them. */
  public byte[] array() {
    return bytes;
  }

  /** A hash of all bytes, the same on every machine. */
  public long hash64() {
    return hash64;
  }

  private static long hash(byte[] bytes) {
    long hash = Digest.mix(bytes.length);
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    while (buffer.remaining() >= Long.BYTES) hash = Digest.mix(hash ^ buffer.getLong());
    while (buffer.hasRemaining()) hash = Digest.mix(hash ^ buffer.get());
    return hash;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Bytes that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Long.hashCode(hash64);
  }

  @Override
  public String toString() {
    return bytes.length + " bytes";
  }
}
