package dev.swarm.model;

import java.util.List;

/**
 * Why one item of a command did not take effect.
 *
 * @param position of the item within its command, from 0
 * @param retryAfterMillis when to ask again; 0 when there is no advice
 */
public record Refusal(
    int position, SwarmException.Kind kind, String message, int retryAfterMillis) {
  /** Without advice when to ask again. */
  public Refusal(int position, SwarmException.Kind kind, String message) {
    this(position, kind, message, 0);
  }

  /** A command of one item, or none of whose items takes effect. */
  static List<Refusal> ofAll(SwarmException.Kind kind, String message) {
    return List.of(new Refusal(0, kind, message));
  }

  /** The same at another position. */
  public Refusal at(int other) {
    return new Refusal(other, kind, message, retryAfterMillis);
  }

  /** The same as a failure to answer with. */
  public SwarmException toException() {
    return new SwarmException(kind, message, retryAfterMillis);
  }
}
