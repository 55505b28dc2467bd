package dev.swarm.codec;

/** Bytes of the log or of a snapshot that this program cannot read: damaged, or of a newer one. */
public final class UnreadableException extends RuntimeException {
  private final boolean newer;

  UnreadableException(String message) {
    this(message, null);
  }

  UnreadableException(String message, Throwable cause) {
    this(message, cause, false);
  }

  private UnreadableException(String message, Throwable cause, boolean newer) {
    super(message, cause);
    this.newer = newer;
  }

  /** What this program does not know is of one that came after it. */
  static UnreadableException newer(String what) {
    return new UnreadableException(what + ": upgrade it before it goes on", null, true);
  }

  /** Whether a newer program wrote them: they are in order, and an upgrade reads them. */
  public boolean isNewer() {
    return newer;
  }
}
