package dev.swarm.consensus.guard;

/**
 * What is to be done, and why.
 *
 * @param trouble null when nothing is to be done
 * @param reason one sentence without a full stop
 */
public record Verdict(Action action, Trouble trouble, String reason) {
  /** What the guard may ask for. */
  public enum Action {
    /** Go on. */
    NONE,
    /** Take a snapshot at once. */
    TAKE_SNAPSHOT,
    /** Let the follower that is furthest lead. */
    HAND_OVER,
    /** Cease to lead; the others elect. */
    STEP_DOWN,
    /** Close the log, and open it again when the trouble is over. */
    TAKE_DOWN
  }

  /** All is well, or nothing would make it better. */
  static final Verdict FINE = new Verdict(Action.NONE, null, "");
}
