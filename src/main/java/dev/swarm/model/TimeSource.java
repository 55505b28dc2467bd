package dev.swarm.model;

import java.util.function.LongSupplier;

/**
 * The two clocks a verticle may be given: nanoseconds since some fixed moment, which never jump and
 * measure durations, and milliseconds since 1970, which are only ever shown to people.
 */
public record TimeSource(LongSupplier monotonicNanos, LongSupplier wallMillis) {

  /** Nanoseconds since some fixed moment of this process. */
  public long nanos() {
    return monotonicNanos.getAsLong();
  }

  /** Milliseconds since 1970, for people. */
  public long millis() {
    return wallMillis.getAsLong();
  }
}
