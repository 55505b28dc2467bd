package dev.swarm.model;

/** Failures in words for an operator: libraries wrap what happened in what they were doing. */
public final class Causes {
  private Causes() {}

  /** What happened in the first place, as {@code IOException: No space left on device}. */
  public static String first(Throwable failure) {
    Throwable first = failure;
    while (first.getCause() != null) first = first.getCause();
    String kind = first.getClass().getSimpleName();
    return first.getMessage() == null ? kind : kind + ": " + first.getMessage();
  }
}
