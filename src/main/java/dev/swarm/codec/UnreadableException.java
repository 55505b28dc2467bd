package dev.swarm.codec;

/** Bytes of the log or of a snapshot that this program cannot read: damaged, or of a newer one. */
public final class UnreadableException extends RuntimeException {
  UnreadableException(String message) {
    super(message);
  }

  UnreadableException(String message, Throwable cause) {
    super(message, cause);
  }
}
