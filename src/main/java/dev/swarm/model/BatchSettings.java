package dev.swarm.model;

/**
 * How assignments are gathered.
 *
 * @param maxDelayMillis a change waits at most this long, counted from the first of its batch, 1 ms
 *     to 10 s
 * @param maxSize a batch goes out at once when it has this many changes, 1 to 10,000
 */
public record BatchSettings(int maxDelayMillis, int maxSize) {
  /** 100 ms or 100 changes, whichever comes first. */
  public static final BatchSettings DEFAULT = new BatchSettings(100, 100);

  /** Checks the ranges; throws BAD_REQUEST. */
  public BatchSettings {
    Limits.within("batch.maxDelay", maxDelayMillis, 1, 10_000);
    Limits.within("batch.maxSize", maxSize, 1, 10_000);
  }
}
