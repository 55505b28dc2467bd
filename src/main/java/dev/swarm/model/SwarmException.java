package dev.swarm.model;

/** A failure that a caller can act on. Carries no stack trace: it is an answer, not a bug. */
public final class SwarmException extends RuntimeException {

  /** What went wrong, in the terms of the failure table that every edge maps once. */
  public enum Kind {
    /** No leader is known, or it cannot be reached; try again, here or elsewhere. */
    NO_LEADER,
    /** The one asked does not lead, or cannot prove that it still does. */
    NOT_LEADER,
    /** The session named is not the current one of its worker. */
    STALE_SESSION,
    /** The request contradicts what is there. */
    CONFLICT,
    /** A limit is reached; come again after {@link SwarmException#retryAfterMillis()}. */
    OVERLOADED,
    /** The thing named does not exist. */
    NOT_FOUND,
    /** The request is malformed. */
    BAD_REQUEST,
    /** The caller may not do this. */
    DENIED,
    /** No answer in time; the request may still take effect. */
    TIMEOUT
  }

  private final Kind kind;
  private final int retryAfterMillis;

  /** A failure of a kind with a text for people. */
  public SwarmException(Kind kind, String message) {
    this(kind, message, 0);
  }

  /** A failure with advice when to come again; 0 gives none. */
  public SwarmException(Kind kind, String message, int retryAfterMillis) {
    super(message, null, false, false);
    this.kind = kind;
    this.retryAfterMillis = retryAfterMillis;
  }

  /** What went wrong. */
  public Kind kind() {
    return kind;
  }

  /** How long to wait before asking again, in milliseconds; 0 when there is no advice. */
  public int retryAfterMillis() {
    return retryAfterMillis;
  }

  /** Short for the most common one. */
  public static SwarmException badRequest(String message) {
    return new SwarmException(Kind.BAD_REQUEST, message);
  }
}
