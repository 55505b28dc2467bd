package dev.swarm.consensus.guard;

/**
 * Room on the disk of the data folder.
 *
 * @param freeBytes what this process may still take
 * @param totalBytes size of the file system
 */
public record Space(long freeBytes, long totalBytes) {
  /** Not looked at yet: as if there were enough. */
  public static final Space UNKNOWN = new Space(Long.MAX_VALUE, Long.MAX_VALUE);

  @Override
  public String toString() {
    return mebibytes(freeBytes) + " of " + mebibytes(totalBytes) + " MiB are free";
  }

  private static long mebibytes(long bytes) {
    return bytes >> 20;
  }
}
