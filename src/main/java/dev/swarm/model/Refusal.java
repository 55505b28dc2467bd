package dev.swarm.model;

/**
 * Why one item of a command did not take effect.
 *
 * @param position of the item within its command, from 0
 */
public record Refusal(int position, SwarmException.Kind kind, String message) {
  /** The same as a failure to answer with. */
  public SwarmException toException() {
    return new SwarmException(kind, message);
  }
}
