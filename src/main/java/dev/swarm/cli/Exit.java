package dev.swarm.cli;

/** Exit codes; scripts rely on them. */
enum Exit {
  DONE(0),
  REFUSED(1),
  USAGE(2),
  NOT_FOUND(3),
  PRECONDITION(4),
  UNAVAILABLE(5),
  TIMED_OUT(6),
  DENIED(7),
  SOME_FAILED(8);

  private final int code;

  Exit(int code) {
    this.code = code;
  }

  int code() {
    return code;
  }

  /** The exit code for a kind of failure that a manager answered. */
  static Exit of(String kind) {
    return switch (kind) {
      case "NO_LEADER", "NOT_LEADER", "NO_MANAGER" -> UNAVAILABLE;
      case "STALE_SESSION", "CONFLICT" -> PRECONDITION;
      case "NOT_FOUND" -> NOT_FOUND;
      case "BAD_REQUEST" -> USAGE;
      case "DENIED" -> DENIED;
      case "TIMEOUT" -> TIMED_OUT;
      default -> REFUSED; // OVERLOADED, and what a newer manager may say
    };
  }
}
