package dev.swarm.model;

/**
 * What a leader thinks of one session; counts only in the epoch it names, and only while that
 * session is the current one.
 */
public record Judgement(SessionRef session, long epoch, Verdict verdict, String reason) {
  /** What is said of the session. */
  public enum Verdict {
    /** Heard of. */
    UP,
    /** Silent for too long. */
    DOWN,
    /** Said goodbye. */
    LEFT
  }
}
